// Points into the store and out of it: as a recorder would bring half a million a second of 400 series, with a commit every
// 200 ms, as one would bring a fiftieth of that, and a series at once, as an import does. Prints points a second and bytes a
// point.

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "core/store/store.h"

using namespace gaplab;

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

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

std::string nameOf(int series) {
    return fmt::format("student/train/measure{}", series);
}

Point pointAt(int64_t index) {
    const int64_t step = 10 * index;
    const double noise = static_cast<double>(static_cast<uint64_t>(index) * 0x9e3779b97f4a7c15U >> 11) * 0x1p-53;
    return {step, static_cast<double>(step) / 391, 1 / (1 + 1e-4 * static_cast<double>(index)) + 0.05 * noise,
            static_cast<double>(1'790'000'000'000 + 400 * index) / 1000};
}

double writeInBeats(Store& store, int64_t run, int series, int64_t points, int64_t perBeat) {
    const Clock::time_point begin = Clock::now();
    std::vector<SeriesPoint> beat;
    for (int64_t first = 0; first < points; first += perBeat) {
        beat.clear();
        for (int64_t i = first; i < std::min(points, first + perBeat); ++i)
            for (int s = 0; s < series; ++s)
                beat.push_back({nameOf(s), pointAt(i)});
        store.append(run, beat);
    }
    return secondsSince(begin);
}

double writeAtOnce(Store& store, int64_t run, int series, int64_t points) {
    double seconds = 0;
    for (int s = 0; s < series; ++s) {
        std::vector<SeriesPoint> all;
        for (int64_t i = 0; i < points; ++i)
            all.push_back({nameOf(s), pointAt(i)});
        const Clock::time_point begin = Clock::now();
        store.append(run, all);
        seconds += secondsSince(begin);
    }
    return seconds;
}

/// Opened anew, so that nothing is left in the connection's cache.
double readAll(const std::filesystem::path& path, int64_t run, int series, int64_t points) {
    const Store store(path, Store::Mode::Read);
    const Clock::time_point begin = Clock::now();
    for (int s = 0; s < series; ++s)
        if (std::ssize(store.points(run, nameOf(s))) != points) throw std::logic_error("points are missing");
    return secondsSince(begin);
}

/// `perBeat`: points of each series; 0: a series at once.
void report(const char* what, int64_t perBeat, int series, int64_t points) {
    const auto folder = std::filesystem::temp_directory_path() / "gaplab-bench-store";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    const auto path = folder / "runs.db";
    const auto total = static_cast<double>(series * points);
    double written = 0;
    int64_t run = 0;
    {
        Store store(path, Store::Mode::Create);
        run = store.addRun(described(0));
        written = perBeat == 0 ? writeAtOnce(store, run, series, points) : writeInBeats(store, run, series, points, perBeat);
    }
    const double read = readAll(path, run, series, points);
    fmt::print("{}: {:.0f} points, in {:.2f} million/s, out {:.1f} million/s, {:.1f} bytes a point\n", what, total,
               total / written / 1e6, total / read / 1e6, static_cast<double>(std::filesystem::file_size(path)) / total);
    std::filesystem::remove_all(folder);
}

}  // namespace

int main(int argc, char** argv) {
    const int64_t points = argc > 1 ? std::atoll(argv[1]) : 25'000;
    report("in beats", 250, 400, points);
    report("in beats of five points a series", 5, 400, std::min<int64_t>(points, 2000));
    report("a series at once", 0, 400, points);
    return 0;
}
