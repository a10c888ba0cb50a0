#pragma once

#include <cmath>
#include <fstream>
#include <limits>

#include "core/base/files.h"
#include "core/interop/formats.h"
#include "core/interop/import.h"
#include "tests/store/fixture.h"

namespace gaplab::test {

/// A finished run with a few points, of which some are no plain numbers, and an event.
inline WholeRun finishedRun(const std::string& name = "a run", uint64_t seed = 0) {
    WholeRun run{.facts = someRun(name, seed), .uuid = newUuid(), .created = 1000, .started = 1001, .finished = 1002};
    run.facts.document["seed of this run"] = seed;
    run.series["student/train/loss"] = {{0, 0, 0.1, 1001}, {10, 0.5, std::nan(""), 1001.5}, {20, 1, -0.0, 1002}};
    run.series["student/validation/accuracy"] = {{20, 1, std::numeric_limits<double>::infinity(), 1002.25}};
    run.events = {
        {.step = 20, .epoch = 1, .wall = 1002, .kind = "finished", .text = "done, \"well\"", .details = {{"a", {1.5}}}}};
    return run;
}

inline void writeFile(const std::filesystem::path& path, const std::string& content) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
}

inline std::vector<IncomingRun> incomingRuns(const std::vector<WholeRun>& runs) {
    std::vector<IncomingRun> list;
    for (const WholeRun& run : runs)
        list.push_back({run, "json", "somewhere", {}});
    return list;
}

/// A folder as MLflow 2 writes it, with one run.
inline void writeMlflowFolder(const std::filesystem::path& root, const std::string& id = "abc123") {
    const auto run = root / "1" / id;
    writeFile(root / "1" / "meta.yaml", "experiment_id: '1'\nlifecycle_stage: active\nname: trials of mine\n");
    writeFile(run / "meta.yaml", "artifact_uri: file:///x\nend_time: 1700000010000\nlifecycle_stage: active\nrun_id: " + id +
                                     "\nrun_name: bright-fox\nstart_time: 1700000000000\nstatus: 3\n");
    writeFile(run / "params" / "lr", "0.1");
    writeFile(run / "params" / "seed", "7");
    writeFile(run / "params" / "model", "resnet20");
    writeFile(run / "tags" / "mlflow.note.content", "what I thought");
    writeFile(run / "metrics" / "val" / "acc", "1700000001000 0.5 1\n1700000002000 nan 2\n1700000003000 0.75 3\n");
    writeFile(run / "metrics" / "loss", "1700000001000 2.5 0\n1700000002000 1.5 0\n");
}

}  // namespace gaplab::test
