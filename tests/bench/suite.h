#pragma once

#include <benchmark/benchmark.h>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

// What the benchmarks share. Each is measured once a process, with everything it needs prepared before; bench.py does rounds.

namespace gaplab {

using BenchClock = std::chrono::steady_clock;

double secondsSince(BenchClock::time_point begin);
double median(std::vector<double> values);

template <typename Call>
double secondsOf(const Call& call) {
    const BenchClock::time_point begin = BenchClock::now();
    call();
    return secondsSince(begin);
}

/// The median of `rounds` calls, in seconds.
template <typename Call>
double medianSeconds(int rounds, const Call& call) {
    std::vector<double> times;
    for (int i = 0; i < rounds; ++i)
        times.push_back(secondsOf(call));
    return median(times);
}

/// A temporary folder that goes with everything in it.
class BenchFolder {
public:
    BenchFolder();
    ~BenchFolder();
    BenchFolder(const BenchFolder&) = delete;
    BenchFolder& operator=(const BenchFolder&) = delete;

    const std::filesystem::path path;
};

/// Registers a benchmark whose figure is what `measure` returns, in seconds; further figures go to the state's counters. What it
/// throws fails this benchmark alone.
void addBenchmark(const std::string& name, std::function<double(benchmark::State&)> measure);

/// Main of every benchmark program, once its benchmarks are added. Arguments are those of Google Benchmark; a filter ^NAME$ takes
/// the names as they were added. The exit code is 1 where none was found, 2 for an unknown argument.
int runBenchmarks(int argc, char** argv);

}  // namespace gaplab
