// A step as the whole program takes it: images of a data set, drawn and augmented, logging, store, the window open on the Monitor
// page. bench_gpd_step has the same steps bare.

#include <string>
#include <vector>

#include <QApplication>
#include <QEventLoop>
#include <QPushButton>
#include <QTimer>

#include "core/base/log.h"
#include "core/store/store.h"
#include "tests/bench/suite.h"
#include "tests/ui/real_window.h"
#include "ui/setup/setup_page.h"

using namespace gaplab;
using namespace gaplab::ui;

namespace {

constexpr int batch = 128, stepsPerEpoch = 50, epochs = 2;

Json documentOf(const std::string& kind, const std::string& precision) {
    Json document = Json::parse(R"({"schema": 1, "name": "whole program", "student": {"architecture": "resnet20"},
      "data": {"source": "shapes", "size": 32, "classes": 10, "train": 7680, "test": 128, "validation": 0.16666667,
        "augment": ["crop", "flip"]},
      "training": {"optimizer": {"kind": "sgd", "lr": 0.05, "momentum": 0.9, "weight_decay": 0.0005}},
      "seeds": [0]})");
    document["training"]["batch"] = batch;
    document["training"]["epochs"] = epochs;
    document["training"]["precision"] = precision;
    if (kind == "gpd") {
        document["teachers"]["dynamic"] = {{"kind", "gpd"}};
        document["knowledge"] = {{{"from", "dynamic"}, {"to", "student"}, {"loss", "smoothed_ce"}}};
    }
    return document;
}

class Program : private RealWindow {
public:
    Program() { openWindow(); }

    RunRow train(const Json& document) {
        auto* setup = qobject_cast<SetupPage*>(window_->page("setup"));
        setup->showDocument(document);
        setup->findChild<QPushButton*>("start")->click();
        return waitForEnd();
    }

    std::vector<Point> points(int64_t run, const std::string& series) const {
        return Store(path_, Store::Mode::Read).points(run, series);
    }

private:
    RunRow waitForEnd() const {
        constexpr int beat = 500, patience = 60;  // milliseconds, beats until a run has to be there
        for (int beats = 0;; ++beats) {
            QEventLoop loop;
            QTimer::singleShot(beat, &loop, &QEventLoop::quit);
            loop.exec();
            const std::vector<RunRow> runs = Store(path_, Store::Mode::Read).runs();
            if (!runs.empty() && !isLive(runs.back().state)) return runs.back();
            if (runs.empty() && beats > patience) throw std::runtime_error("the run was not taken");
        }
    }
};

/// Seconds between the first and the last logged step of each epoch after the first, evaluations not among them, a step.
double secondsPerStep(const std::vector<Point>& logged) {
    double seconds = 0;
    int64_t steps = 0;
    for (size_t i = 1; i < logged.size(); ++i) {
        const int64_t before = logged[i - 1].step, after = logged[i].step;
        const bool sameEpoch = before / stepsPerEpoch == (after - 1) / stepsPerEpoch && before % stepsPerEpoch != 0;
        if (!sameEpoch || before < stepsPerEpoch) continue;
        seconds += logged[i].wall - logged[i - 1].wall;
        steps += after - before;
    }
    return seconds / static_cast<double>(steps);
}

double program(benchmark::State& state, const std::string& kind, const std::string& precision) {
    Program program;
    const RunRow run = program.train(documentOf(kind, precision));
    if (run.state != RunState::Finished) throw std::runtime_error("the run did not finish: " + run.reason);
    const double seconds = secondsPerStep(program.points(run.id, "student/train/loss"));
    state.counters["images_per_second"] = batch / seconds;
    return seconds;
}

}  // namespace

int main(int argc, char** argv) {
    startLog();  // to standard error
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    for (const std::string precision : {"float32", "bfloat16"})
        for (const std::string kind : {"student", "gpd"})
            addBenchmark("program/resnet20/" + precision + "/" + kind,
                         [=](benchmark::State& state) { return program(state, kind, precision); });
    return runBenchmarks(argc, argv);
}
