#pragma once

#include <array>
#include <atomic>
#include <filesystem>
#include <optional>
#include <string>

#include <QDir>

#include "core/base/files.h"
#include "tests/store/fixture.h"

// What the tests of several processes and those that they start have in common.

namespace gaplab::test {

/// Where syncing takes the time that it takes.
inline Place onTheDisk() {
    return Place{QTemporaryDir(QDir::tempPath() + "/gaplab-test-XXXXXX")};
}

/// Of a writer: how far it was when it was killed. It lies in a file that both processes map into their memory, so that it is
/// there after the kill.
struct HandedOver {
    static constexpr int64_t most = 1 << 16;
    std::atomic<int64_t> steps = 0;              ///< whose points were handed to the recorder
    std::array<std::atomic<double>, most> at{};  ///< seconds of the steady clock, by step

    /// Seconds between two steps.
    double between(int64_t first, int64_t last) const { return at[static_cast<size_t>(last)] - at[static_cast<size_t>(first)]; }
    /// How long the writer, which only sleeps for half a millisecond, was kept from its next step.
    double longestPause() const {
        double longest = 0;
        for (int64_t step = 1; step < steps; ++step)
            longest = std::max(longest, between(step - 1, step));
        return longest;
    }

    /// Maps the file, which is made where it is missing, for as long as the process lives.
    static HandedOver& in(const std::filesystem::path& file);
};

inline const std::array<std::string, 4> writtenSeries{"student/train/loss", "student/train/accuracy", "gap/train/loss",
                                                      "student/train/gradient_norm"};

/// What the writer writes at a step.
inline double writtenValue(int64_t step, size_t series) {
    return 1.0 / static_cast<double>(step + 1) + static_cast<double>(series);
}

/// A finished run with `points` points in two series.
inline WholeRun finishedRun(uint64_t seed, int64_t points) {
    WholeRun run{.facts = someRun("run", seed), .uuid = newUuid(), .created = 1000, .started = 1001, .finished = 1002};
    run.facts.document["number"] = seed;
    for (int64_t step = 0; step < points / 2; ++step) {
        const Point point{step, static_cast<double>(step) / 10, writtenValue(step, seed),
                          1000 + 0.001 * static_cast<double>(step)};
        for (const char* series : {"student/train/loss", "student/train/accuracy"})
            run.series[series].push_back(point);
    }
    run.events = {{.step = points, .epoch = 1, .wall = 1002, .kind = "finished", .text = "Finished", .details = {}}};
    return run;
}

/// Adds it with files beside the store.
inline void addWithFiles(Store& store, WholeRun run, int files) {
    const std::filesystem::path folder = store.runFolder(run.uuid);
    for (int i = 0; i < files; ++i) {
        const std::filesystem::path file = folder / ("epoch-" + std::to_string(i) + ".safetensors");
        const std::string content(50'000, static_cast<char>('a' + i % 26));
        writeBytes(file, QByteArray::fromStdString(content));
        run.checkpoints.push_back({.step = i,
                                   .kind = "epoch",
                                   .relativePath = std::filesystem::relative(file, store.path().parent_path()).string(),
                                   .bytes = std::ssize(content),
                                   .sha256 = sha256(content)});
    }
    store.addWholeRuns({&run, 1});
}

/// A process that was started for it does what its first argument says, and tells on the way: "--write STORE FILE" and "--record
/// STORE SECONDS" as a live run, "--delete STORE", "--open STORE", "--import STORE FROM". Returns the exit code; nothing where
/// the arguments ask for none of these.
std::optional<int> startedWork(int argc, char** argv);

}  // namespace gaplab::test
