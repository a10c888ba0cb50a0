// The Library over many runs: how long until its table stands, how long a key stroke in the filter and a sort by a column take.
// Everything on the window's thread counts; reading the store happens on another one.

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <numeric>
#include <thread>

#include <QApplication>
#include <QLineEdit>
#include <QScrollBar>
#include <QTableView>
#include <fmt/format.h>

#include "ui/library/library_page.h"

using namespace gaplab;
using namespace gaplab::ui;

namespace {

using Clock = std::chrono::steady_clock;

/// Of this thread alone, in milliseconds: what a busy machine does not change.
double ownTime() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

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

WholeRun finished(int number) {
    static const std::vector<std::string> measures = {"accuracy", "loss", "ece", "nll", "brier", "entropy", "wrong_variance"};
    const Point point{2340, 30, 0.5 + 0.0001 * (number % 1000), 1000};
    WholeRun run{.facts = described(number), .created = 1000.0 + number, .started = 1000.0 + number, .finished = 1300.0 + number};
    for (const char* role : {"student", "static", "gap"})
        for (const std::string& measure : measures)
            run.series[fmt::format("{}/validation/{}", role, measure)] = {point};
    run.series["student/test/accuracy_at_best"] = {point};
    return run;
}

void fill(const std::filesystem::path& path, int runs) {
    Store store(path, Store::Mode::Create);
    constexpr int perCall = 1000;
    for (int first = 0; first < runs; first += perCall) {
        std::vector<WholeRun> rows;
        for (int i = first; i < std::min(runs, first + perCall); ++i)
            rows.push_back(finished(i));
        store.addWholeRuns(rows);
    }
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

/// Sixty columns: the table's own, figures of series, and fields of the document.
RunLayout wideLayout() {
    RunLayout layout = firstLayout();
    for (const char* role : {"student", "static", "gap"})
        for (const char* measure : {"accuracy", "loss", "ece", "nll", "brier", "entropy"})
            for (const char* figure : {"last", "best"})
                layout.columns.push_back({fmt::format("{}/validation/{}.{}", role, measure, figure)});
    for (const char* field : {"training.epochs", "training.batch", "training.optimizer.lr", "training.optimizer.momentum",
                              "training.schedule.kind", "knowledge[0].temperature", "gap.controller.kp"})
        layout.columns.push_back({field});
    return layout;
}

/// The median and the longest of what `call` takes for each of the arguments, in milliseconds.
template <typename Argument, typename Call>
std::string times(const std::vector<Argument>& arguments, const Call& call) {
    std::vector<double> taken, worked;
    for (const Argument& argument : arguments) {
        const Clock::time_point begin = Clock::now();
        const double before = ownTime();
        call(argument);
        QCoreApplication::processEvents();
        taken.push_back(milliseconds(begin));
        worked.push_back(ownTime() - before);
    }
    return fmt::format("{:.1f} ms (longest {:.1f}), {:.1f} ms (longest {:.1f}) of it at work", median(taken),
                       std::ranges::max(taken), median(worked), std::ranges::max(worked));
}

void measure(const std::filesystem::path& path, int runs) {
    Workbench workbench(path);
    StoreReader reader(path);
    FeedPump pump(workbench.feed());
    Session session{workbench, reader, pump};
    const Clock::time_point begin = Clock::now();
    LibraryPage page(session);
    page.resize(1280, 800);
    page.show();
    auto* view = page.findChild<QTableView*>("runs");
    auto* filter = page.findChild<QLineEdit*>("filter");
    double longest = 0, usable = 0;
    while (view->model()->rowCount() < runs) {
        const Clock::time_point turn = Clock::now();
        QCoreApplication::processEvents();
        if (usable == 0 && view->model()->rowCount() > 0) {
            filter->setText("resnet8 acc>10%");  // a table that answers
            QCoreApplication::processEvents();
            if (view->model()->rowCount() > 0) usable = milliseconds(begin);
            filter->clear();
        }
        longest = std::max(longest, milliseconds(turn));
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    const double all = milliseconds(begin);
    const Clock::time_point widening = Clock::now();
    page.findChild<LibraryViews*>()->apply(wideLayout());
    QCoreApplication::processEvents();
    fmt::print(
        "{} runs: usable after {:.0f} ms, all read after {:.0f} ms (longest turn {:.0f} ms); {} columns chosen in {:.0f} ms\n",
        runs, usable, all, longest, view->model()->columnCount(), milliseconds(widening));
    const std::vector<QString> lines = {"r",
                                        "re",
                                        "resnet8 temper",
                                        "student:resnet8*",
                                        "acc>55%",
                                        "seed:0..2 -state:failed acc>55% temperature",
                                        "training.optimizer.lr<1",
                                        ""};
    fmt::print("a key stroke in the filter {}\n", times(lines, [&](const QString& line) { filter->setText(line); }));
    std::vector<int> columns(static_cast<size_t>(view->model()->columnCount()));
    std::iota(columns.begin(), columns.end(), 0);
    fmt::print("a sort {}\n", times(columns, [&](int column) { view->sortByColumn(column, Qt::AscendingOrder); }));
    std::vector<int> places(50);
    std::iota(places.begin(), places.end(), 0);
    auto* bar = view->verticalScrollBar();
    fmt::print("a scroll and a picture {}\n", times(places, [&](int place) {
                   bar->setValue(bar->maximum() * place / 50);
                   view->viewport()->repaint();
               }));
    auto* model = qobject_cast<RunFilter*>(view->model());
    const std::vector<std::string> groups = {"trial", "seed", "state", "knowledge[0].temperature", ""};
    fmt::print("groups {}\n", times(groups, [&](const std::string& field) { model->setGrouping(field); }));
}

}  // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    const int runs = argc > 1 ? std::atoi(argv[1]) : 10'000;
    const auto folder = std::filesystem::temp_directory_path() / "gaplab-bench-library";
    // A store that is named is kept, since a large one takes a while to make.
    const auto path = argc > 2 ? std::filesystem::path(argv[2]) : folder / "runs.db";
    if (argc <= 2) std::filesystem::remove_all(folder);
    std::filesystem::create_directories(path.parent_path());
    if (!std::filesystem::exists(path)) fill(path, runs);
    measure(path, runs);
    if (argc <= 2) std::filesystem::remove_all(folder);
    return 0;
}
