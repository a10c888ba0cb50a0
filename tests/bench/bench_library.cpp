// The Library over many runs: how long until its table stands, how long a key stroke in the filter and a sort by a column take.
// Everything on the window's thread counts; reading the store happens on another one.
// GAPLAB_BENCH_RUNS=N: of so many runs instead of 10,000; GAPLAB_BENCH_STORE=FILE: in a store that is kept, since a large one
// takes a while to make.

#include <ctime>
#include <numeric>
#include <thread>

#include <QApplication>
#include <QLineEdit>
#include <QScrollBar>
#include <QTableView>
#include <fmt/format.h>

#include "tests/bench/suite.h"
#include "ui/library/library_page.h"

using namespace gaplab;
using namespace gaplab::ui;

namespace {

/// Of this thread alone, in seconds: what a busy machine does not change.
double ownTime() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
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

/// The page over a store, from nothing until every run is read.
class Library {
public:
    Library(const std::filesystem::path& path, int runs) : workbench_(path), reader_(path), pump_(workbench_.feed()) {
        const BenchClock::time_point begin = BenchClock::now();
        page_.emplace(session_);
        page_->resize(1280, 800);
        page_->show();
        view = page_->findChild<QTableView*>("runs");
        filter = page_->findChild<QLineEdit*>("filter");
        while (view->model()->rowCount() < runs) {
            longestTurn = std::max(longestTurn, secondsOf([&] { turn(begin); }));
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        allRead = secondsSince(begin);
    }

    double widen() {
        return secondsOf([&] {
            page_->findChild<LibraryViews*>()->apply(wideLayout());
            QCoreApplication::processEvents();
        });
    }

    QTableView* view = nullptr;
    QLineEdit* filter = nullptr;
    double usable = 0, allRead = 0, longestTurn = 0;  ///< seconds

private:
    void turn(BenchClock::time_point begin) {
        QCoreApplication::processEvents();
        if (usable > 0 || view->model()->rowCount() == 0) return;
        filter->setText("resnet8 acc>10%");  // a table that answers
        QCoreApplication::processEvents();
        if (view->model()->rowCount() > 0) usable = secondsSince(begin);
        filter->clear();
    }

    Workbench workbench_;
    StoreReader reader_;
    FeedPump pump_;
    Session session_{workbench_, reader_, pump_};
    std::optional<LibraryPage> page_;
};

/// The median of what `call` takes for each of the arguments; the longest and what this thread worked of it go to the counters.
template <typename Argument, typename Call>
double times(benchmark::State& state, const std::vector<Argument>& arguments, const Call& call) {
    std::vector<double> taken, worked;
    for (const Argument& argument : arguments) {
        const double before = ownTime();
        taken.push_back(secondsOf([&] {
            call(argument);
            QCoreApplication::processEvents();
        }));
        worked.push_back(ownTime() - before);
    }
    state.counters["longest_ms"] = 1e3 * std::ranges::max(taken);
    state.counters["at_work_ms"] = 1e3 * median(worked);
    state.counters["longest_at_work_ms"] = 1e3 * std::ranges::max(worked);
    return median(taken);
}

std::vector<int> countedTo(int count) {
    std::vector<int> numbers(static_cast<size_t>(count));
    std::iota(numbers.begin(), numbers.end(), 0);
    return numbers;
}

double measureKeystroke(benchmark::State& state, Library& library) {
    library.widen();
    const std::vector<QString> lines = {"r",
                                        "re",
                                        "resnet8 temper",
                                        "student:resnet8*",
                                        "acc>55%",
                                        "seed:0..2 -state:failed acc>55% temperature",
                                        "training.optimizer.lr<1",
                                        ""};
    return times(state, lines, [&](const QString& line) { library.filter->setText(line); });
}

double measureSort(benchmark::State& state, Library& library) {
    library.widen();
    return times(state, countedTo(library.view->model()->columnCount()),
                 [&](int column) { library.view->sortByColumn(column, Qt::AscendingOrder); });
}

double measureScroll(benchmark::State& state, Library& library) {
    library.widen();
    auto* bar = library.view->verticalScrollBar();
    return times(state, countedTo(50), [&](int place) {
        bar->setValue(bar->maximum() * place / 50);
        library.view->viewport()->repaint();
    });
}

double measureGroup(benchmark::State& state, Library& library) {
    library.widen();
    auto* model = qobject_cast<RunFilter*>(library.view->model());
    const std::vector<std::string> groups = {"trial", "seed", "state", "knowledge[0].temperature", ""};
    return times(state, groups, [&](const std::string& field) { model->setGrouping(field); });
}

using Measure = double (*)(benchmark::State&, Library&);

/// `path`: a store that is kept; empty: one of its own.
void add(const std::string& name, int runs, const std::filesystem::path& path, Measure measure) {
    addBenchmark("library/" + name, [=](benchmark::State& state) {
        const BenchFolder folder;
        const std::filesystem::path store = path.empty() ? folder.path / "runs.db" : path;
        if (!std::filesystem::exists(store)) fill(store, runs);
        Library library(store, runs);
        state.counters["runs"] = runs;
        return measure(state, library);
    });
}

}  // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    const int runs = qEnvironmentVariableIsSet("GAPLAB_BENCH_RUNS") ? qEnvironmentVariableIntValue("GAPLAB_BENCH_RUNS") : 10'000;
    const std::filesystem::path store = qEnvironmentVariable("GAPLAB_BENCH_STORE").toStdString();
    add("usable", runs, store, [](benchmark::State&, Library& library) { return library.usable; });
    add("all_read", runs, store, [](benchmark::State& state, Library& library) {
        state.counters["longest_turn_ms"] = 1e3 * library.longestTurn;
        return library.allRead;
    });
    add("widen", runs, store, [](benchmark::State& state, Library& library) {
        const double seconds = library.widen();
        state.counters["columns"] = library.view->model()->columnCount();
        return seconds;
    });
    add("keystroke", runs, store, measureKeystroke);
    add("sort", runs, store, measureSort);
    add("scroll", runs, store, measureScroll);
    add("group", runs, store, measureGroup);
    return runBenchmarks(argc, argv);
}
