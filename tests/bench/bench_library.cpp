// The Library over many runs: how long until its table stands, how long a key stroke in the filter and a sort by a column take.
// Everything on the window's thread counts; reading the store happens on another one.

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include <QApplication>
#include <QLineEdit>
#include <QTableView>
#include <fmt/format.h>

#include "ui/library/library_page.h"

using namespace gaplab;
using namespace gaplab::ui;

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds(Clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

NewRun described(int number) {
    NewRun run;
    run.seed = static_cast<uint64_t>(number % 5);
    run.name = fmt::format("resnet8 under resnet20, temperature {}", number % 7);
    run.trial = fmt::format("{:064x}", number / 5);
    run.trialLabel = run.name;
    run.document = Json::parse(R"({"schema": 1, "data": {"source": "folder", "path": "/data/cifar10", "limit": 15000,
      "validation": 0.3333, "augment": ["crop", "flip"]}, "student": {"architecture": "resnet8"},
      "teachers": {"static": {"kind": "static", "architecture": "resnet20", "weights": "train"}},
      "gap": {"between": ["static", "student"], "target": [[0, 20], [10, 5]], "band": 1.5, "controller": {"actuator": "teacher_blend",
      "kp": 0.02, "ki": 0.03, "value": 0.85, "minimum": 0, "maximum": 1, "smoothing": 0.5}},
      "training": {"epochs": 30, "batch": 128, "optimizer": {"kind": "sgd", "lr": 0.1, "momentum": 0.9, "weight_decay": 0.0005},
      "schedule": {"kind": "cosine", "warmup": 1}, "clip": 5, "ema": 0.99, "precision": "bfloat16", "threads": 2}})");
    run.document["name"] = run.name;
    run.document["knowledge"] = {
        {{"from", "static"}, {"to", "student"}, {"loss", "kd"}, {"temperature", number % 7}, {"weight", 1}}};
    run.document["seeds"] = {run.seed};
    run.trialDocument = run.document;
    run.dataName = "folder";
    run.dataFingerprint = "00";
    run.dataFacts = {{"train", 10000}, {"validation", 5000}};
    run.environment = {{"precision", "bfloat16"}, {"device", "cpu"}, {"threads", 2}};
    run.architectures["student"] = {{"architecture", "resnet8"}, {"parameters", 78042}, {"macs", 12500000}};
    run.architectures["static"] = {{"architecture", "resnet20"}, {"parameters", 272474}, {"macs", 41000000}};
    return run;
}

std::vector<SeriesPoint> results(int number) {
    static const std::vector<std::string> measures = {"accuracy", "loss", "ece", "nll", "brier", "entropy", "wrong_variance"};
    std::vector<SeriesPoint> points;
    for (const char* role : {"student", "static", "gap"})
        for (const std::string& measure : measures)
            points.push_back({fmt::format("{}/validation/{}", role, measure), {2340, 30, 0.5 + 0.0001 * (number % 1000), 1000}});
    points.push_back({"student/test/accuracy_at_best", {2340, 30, 0.5 + 0.0001 * (number % 1000), 1000}});
    return points;
}

void fill(const std::filesystem::path& path, int runs) {
    Store store(path, Store::Mode::Create);
    constexpr int perCall = 500;
    for (int first = 0; first < runs; first += perCall) {
        std::vector<NewRun> rows;
        for (int i = first; i < std::min(runs, first + perCall); ++i)
            rows.push_back(described(i));
        for (const int64_t id : store.addRuns(rows)) {
            store.setState(id, RunState::Preparing);
            store.setState(id, RunState::Running);
            store.append(id, results(static_cast<int>(id)));
            store.setState(id, RunState::Finished);
        }
    }
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

void report(int runs) {
    const auto folder = std::filesystem::temp_directory_path() / "gaplab-bench-library";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    const auto path = folder / "runs.db";
    fill(path, runs);
    {
        Workbench workbench(path);
        StoreReader reader(path);
        FeedPump pump(workbench.feed());
        Session session{workbench, reader, pump};
        const Clock::time_point begin = Clock::now();
        LibraryPage page(session);
        page.resize(1280, 800);
        page.show();
        auto* view = page.findChild<QTableView*>("runs");
        double longest = 0, firstRows = 0;
        while (view->model()->rowCount() < runs) {
            const Clock::time_point turn = Clock::now();
            QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 50);
            longest = std::max(longest, milliseconds(turn));
            if (firstRows == 0 && view->model()->rowCount() > 0) firstRows = milliseconds(begin);
        }
        QCoreApplication::processEvents();
        const double usable = milliseconds(begin);
        std::vector<double> strokes, sorts;
        auto* filter = page.findChild<QLineEdit*>("filter");
        for (const QString& line : {QString("r"), QString("re"), QString("resnet8 temper"), QString("student:resnet8*"),
                                    QString("acc>55%"), QString("seed:0..2 -state:failed acc>55% temperature"), QString()}) {
            const Clock::time_point stroke = Clock::now();
            filter->setText(line);
            QCoreApplication::processEvents();
            strokes.push_back(milliseconds(stroke));
        }
        for (const int column : {5, 6, 1, 8, 0}) {
            const Clock::time_point sort = Clock::now();
            view->sortByColumn(column, Qt::AscendingOrder);
            QCoreApplication::processEvents();
            sorts.push_back(milliseconds(sort));
        }
        fmt::print(
            "{} runs: the newest after {:.0f} ms, all after {:.0f} ms (longest turn {:.0f}), a key stroke {:.1f} ms (longest "
            "{:.1f}), a sort {:.1f} ms "
            "(longest {:.1f})\n",
            runs, firstRows, usable, longest, median(strokes), std::ranges::max(strokes), median(sorts), std::ranges::max(sorts));
        std::fflush(stdout);
    }
    std::filesystem::remove_all(folder);
}

}  // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    const int runs = argc > 1 ? std::atoi(argv[1]) : 10'000;
    report(runs);
    return 0;
}
