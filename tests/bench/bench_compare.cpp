// Many runs compared: 100 trials of 5 seeds with 10,000 points each. How long until the answer is there (every point read, means
// and intervals, the table with its statistics; on the reader's thread), and until the window's thread has drawn it.

#include <cmath>
#include <ctime>

#include <QApplication>
#include <fmt/format.h>

#include "tests/bench/suite.h"
#include "ui/compare/comparison_data.h"
#include "ui/compare/curves_tab.h"
#include "ui/models/series_text.h"
#include "ui/plot/plot_view.h"

using namespace gaplab;
using namespace gaplab::ui;

namespace {

constexpr int trialCount = 100, seedCount = 5, pointCount = 10'000, rounds = 5;

NewRun described(int trial, int seed) {
    NewRun run;
    run.seed = static_cast<uint64_t>(seed);
    run.name = run.trialLabel = fmt::format("temperature {}", trial);
    run.trial = fmt::format("{:064x}", trial + 1);
    run.document = Json::parse(R"({"schema": 1, "data": {"source": "shapes"}, "student": {"architecture": "resnet8"},
      "teachers": {"static": {"kind": "static", "architecture": "resnet20", "weights": "train"}},
      "gap": {"between": ["static", "student"], "target": 5.0, "band": 1.5}, "training": {"epochs": 30}})");
    run.document["knowledge"] = {{{"from", "static"}, {"to", "student"}, {"loss", "kd"}, {"temperature", trial}}};
    run.trialDocument = run.document;
    run.dataFingerprint = "00";
    run.dataFacts = {{"train", 10000}};
    run.environment = {{"precision", "float32"}, {"device", "cpu"}, {"threads", 2}};
    return run;
}

/// A training: fast at first, noisy, ending elsewhere with every trial and seed.
std::vector<SeriesPoint> trained(int trial, int seed) {
    std::vector<SeriesPoint> points;
    uint64_t state = static_cast<uint64_t>(trial * seedCount + seed + 1) * 0x9e3779b97f4a7c15ULL;
    for (int i = 0; i < pointCount; ++i) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        const double noise = static_cast<double>(state >> 40) / 16777216.0 - 0.5;
        const double epoch = 30.0 * i / pointCount;
        const double accuracy = 0.6 + 0.001 * trial - 0.5 * std::exp(-epoch / 4) + 0.02 * noise + 0.002 * seed;
        points.push_back({mainSeries, {10 * i, epoch, accuracy, 1e9 + i}});
    }
    points.push_back({"gap/validation/accuracy", {10 * pointCount, 30, 0.05, 1e9}});
    points.push_back({testAtBestSeries, {10 * pointCount, 30, 0.6 + 0.001 * trial + 0.002 * seed, 1e9}});
    return points;
}

std::vector<int64_t> fill(const std::filesystem::path& path) {
    Store store(path, Store::Mode::Create);
    std::vector<int64_t> ids;
    for (int trial = 0; trial < trialCount; ++trial)
        for (int seed = 0; seed < seedCount; ++seed) {
            const int64_t id = store.addRun(described(trial, seed));
            store.setState(id, RunState::Preparing);
            store.setState(id, RunState::Running);
            store.append(id, trained(trial, seed));
            store.setState(id, RunState::Finished);
            ids.push_back(id);
        }
    return ids;
}

/// Seconds of each round.
struct Times {
    std::vector<double> all, answer, taken, drawn, core;
};

void addRound(Times& times, const std::filesystem::path& path, const CompareQuestion& question, CurvesTab& tab) {
    const Store store(path, Store::Mode::Read);
    const std::clock_t work = std::clock();
    const BenchClock::time_point begin = BenchClock::now();
    CompareAnswer answer = readComparison(store, question);
    times.answer.push_back(secondsSince(begin));
    times.taken.push_back(secondsOf([&] { tab.show(answer); }));
    times.drawn.push_back(secondsOf([&] {
        tab.plot()->drawNow();
        QApplication::processEvents();
    }));
    times.all.push_back(secondsSince(begin));
    times.core.push_back(static_cast<double>(std::clock() - work) / CLOCKS_PER_SEC);
}

double measure(benchmark::State& state) {
    const BenchFolder folder;
    const auto path = folder.path / "runs.db";
    CompareQuestion question;
    question.runs = fill(path);
    TrialColors colors;
    CurvesTab tab(colors);
    tab.resize(1000, 700);
    tab.setVisible(true);
    question.view = tab.view();
    Times times;
    for (int round = 0; round < rounds; ++round)
        addRound(times, path, question, tab);
    state.counters["answer_ms"] = 1e3 * median(times.answer);
    state.counters["taken_by_window_ms"] = 1e3 * median(times.taken);
    state.counters["drawn_ms"] = 1e3 * median(times.drawn);
    state.counters["of_a_core_ms"] = 1e3 * median(times.core);
    return median(times.all);
}

}  // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    addBenchmark("compare/100_trials", measure);
    return runBenchmarks(argc, argv);
}
