// Points into the store and out of it: as a recorder would bring half a million a second of 400 series, with a commit every
// 200 ms, as one would bring a fiftieth of that, and a series at once, as an import does.

#include <filesystem>

#include <fmt/format.h>

#include "core/store/store.h"
#include "tests/bench/suite.h"

using namespace gaplab;

namespace {

/// How points come: `perBeat` of each series at a time; 0: a series at once.
struct Way {
    const char* name;
    int64_t points, perBeat;
};

constexpr int series = 400;

NewRun described(int number) {
    NewRun run;
    run.name = fmt::format("run {}", number);
    run.trial = fmt::format("{:064x}", number);
    run.trialLabel = run.name;
    run.document = {{"name", run.name}, {"student", {{"architecture", "resnet8"}}}};
    run.trialDocument = run.document;
    run.dataName = "shapes";
    run.dataFingerprint = "00";
    return run;
}

std::string nameOf(int number) {
    return fmt::format("student/train/measure{}", number);
}

Point pointAt(int64_t index) {
    const int64_t step = 10 * index;
    const double noise = static_cast<double>(static_cast<uint64_t>(index) * 0x9e3779b97f4a7c15U >> 11) * 0x1p-53;
    return {step, static_cast<double>(step) / 391, 1 / (1 + 1e-4 * static_cast<double>(index)) + 0.05 * noise,
            static_cast<double>(1'790'000'000'000 + 400 * index) / 1000};
}

double writeInBeats(Store& store, int64_t run, const Way& way) {
    double seconds = 0;
    std::vector<SeriesPoint> beat;
    for (int64_t first = 0; first < way.points; first += way.perBeat) {
        beat.clear();
        for (int64_t i = first; i < std::min(way.points, first + way.perBeat); ++i)
            for (int s = 0; s < series; ++s)
                beat.push_back({nameOf(s), pointAt(i)});
        seconds += secondsOf([&] { store.append(run, beat); });
    }
    return seconds;
}

double writeAtOnce(Store& store, int64_t run, const Way& way) {
    double seconds = 0;
    for (int s = 0; s < series; ++s) {
        std::vector<SeriesPoint> all;
        for (int64_t i = 0; i < way.points; ++i)
            all.push_back({nameOf(s), pointAt(i)});
        seconds += secondsOf([&] { store.append(run, all); });
    }
    return seconds;
}

struct Written {
    int64_t run;
    double seconds;
};

Written write(const std::filesystem::path& path, const Way& way) {
    Store store(path, Store::Mode::Create);
    const int64_t run = store.addRun(described(0));
    return {run, way.perBeat == 0 ? writeAtOnce(store, run, way) : writeInBeats(store, run, way)};
}

double toldPerPoint(benchmark::State& state, const Way& way, double seconds) {
    state.counters["points_per_second"] = static_cast<double>(series * way.points) / seconds;
    return seconds;
}

double measureWriting(benchmark::State& state, const Way& way) {
    const BenchFolder folder;
    const double seconds = write(folder.path / "runs.db", way).seconds;
    state.counters["bytes_per_point"] =
        static_cast<double>(std::filesystem::file_size(folder.path / "runs.db")) / static_cast<double>(series * way.points);
    return toldPerPoint(state, way, seconds);
}

/// Opened anew, so that nothing is left in the connection's cache.
double measureReading(benchmark::State& state, const Way& way) {
    const BenchFolder folder;
    const int64_t run = write(folder.path / "runs.db", way).run;
    const Store store(folder.path / "runs.db", Store::Mode::Read);
    return toldPerPoint(state, way, secondsOf([&] {
                            for (int s = 0; s < series; ++s)
                                if (std::ssize(store.points(run, nameOf(s))) != way.points)
                                    throw std::logic_error("points are missing");
                        }));
}

}  // namespace

int main(int argc, char** argv) {
    for (const Way& way : {Way{"in_beats", 25'000, 250}, Way{"in_small_beats", 2'000, 5}, Way{"at_once", 25'000, 0}}) {
        addBenchmark(fmt::format("store/{}", way.name), [way](benchmark::State& state) { return measureWriting(state, way); });
        addBenchmark(fmt::format("store/{}/read", way.name),
                     [way](benchmark::State& state) { return measureReading(state, way); });
    }
    return runBenchmarks(argc, argv);
}
