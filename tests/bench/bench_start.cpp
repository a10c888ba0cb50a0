// From starting the program gaplab until its window has been drawn for the first time, without a screen, with an empty store and
// with one of many runs. LibTorch is loaded in that time.

#include <array>
#include <cstdio>
#include <stdexcept>

#include <fmt/format.h>

#include "core/store/store.h"
#include "tests/bench/suite.h"

using namespace gaplab;

namespace {

void fill(const std::filesystem::path& path, int runs) {
    Store store(path, Store::Mode::Create);
    std::vector<WholeRun> rows;
    for (int i = 0; i < runs; ++i) {
        WholeRun run{.created = 1000.0 + i, .started = 1000.0 + i, .finished = 1300.0 + i};
        run.facts.name = fmt::format("resnet8, temperature {}", i % 7);
        run.facts.trial = fmt::format("{:064x}", i / 5);
        run.facts.seed = static_cast<uint64_t>(i % 5);
        run.facts.document = run.facts.trialDocument = {{"student", {{"architecture", "resnet8"}}}};
        run.series["student/validation/accuracy"] = {{2340, 30, 0.5 + 0.0001 * (i % 1000), 1000}};
        rows.push_back(std::move(run));
    }
    store.addWholeRuns(rows);
}

/// Seconds. `program`: gaplab.
double firstPaint(const std::filesystem::path& program, const std::filesystem::path& store) {
    const std::string command = fmt::format("QT_QPA_PLATFORM=offscreen exec '{}' --first-paint --store '{}' 2>/dev/null",
                                            program.string(), store.string());
    const BenchClock::time_point begin = BenchClock::now();
    FILE* pipe = popen(command.c_str(), "r");
    if (!pipe) throw std::runtime_error("cannot start " + command);
    std::array<char, 64> line{};
    const bool painted = std::fgets(line.data(), line.size(), pipe) != nullptr && std::string(line.data()) == "painted\n";
    const double seconds = secondsSince(begin);
    if (pclose(pipe) != 0 || !painted) throw std::runtime_error("it failed: " + command);
    return seconds;
}

void add(const std::string& name, const std::filesystem::path& program, int runs) {
    addBenchmark(name, [=](benchmark::State&) {
        const BenchFolder folder;
        fill(folder.path / "runs.db", runs);
        firstPaint(program, folder.path / "runs.db");  // until everything has been read from the disk once
        std::vector<double> times;
        for (int i = 0; i < 5; ++i)
            times.push_back(firstPaint(program, folder.path / "runs.db"));
        return median(times);
    });
}

}  // namespace

int main(int argc, char** argv) {
    const auto program = std::filesystem::absolute(argv[0]).parent_path() / "gaplab";
    add("start/no_runs", program, 0);
    add("start/10_000_runs", program, 10'000);
    return runBenchmarks(argc, argv);
}
