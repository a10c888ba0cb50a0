#include "tests/bench/suite.h"

#include <algorithm>
#include <exception>

#include "core/base/files.h"

namespace gaplab {
namespace {

/// What Google Benchmark appends to the names of benchmarks that run once and time themselves.
constexpr const char* timing = "/iterations:1/manual_time";

}  // namespace

double secondsSince(BenchClock::time_point begin) {
    return std::chrono::duration<double>(BenchClock::now() - begin).count();
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + std::ssize(values) / 2;
    std::ranges::nth_element(values, middle);
    return *middle;
}

BenchFolder::BenchFolder() : path(std::filesystem::temp_directory_path() / ("gaplab-bench-" + newUuid())) {
    std::filesystem::create_directories(path);
}

BenchFolder::~BenchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
}

void addBenchmark(const std::string& name, std::function<double(benchmark::State&)> measure) {
    const auto run = [measure = std::move(measure)](benchmark::State& state) {
        for ([[maybe_unused]] auto once : state) {
            try {
                state.SetIterationTime(measure(state));
            } catch (const std::exception& error) {
                state.SkipWithError(error.what());
                break;
            }
        }
    };
    benchmark::RegisterBenchmark(name.c_str(), run)->Iterations(1)->UseManualTime()->Unit(benchmark::kMillisecond);
}

int runBenchmarks(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    std::string filter = benchmark::GetBenchmarkFilter();
    if (filter.ends_with('$')) benchmark::SetBenchmarkFilter(filter.insert(filter.size() - 1, timing));
    return benchmark::RunSpecifiedBenchmarks() > 0 ? 0 : 1;
}

}  // namespace gaplab
