#include <QApplication>
#include <QSettings>

#include "tests/ui/pages_tests.h"
#include "tests/ui/run_suites.h"
#include "ui/window/theme.h"

namespace gaplab::ui {

Json documentOf(const TestRun& run) {
    Json document = {{"schema", 1},
                     {"name", run.name},
                     {"data", {{"source", "shapes"}, {"split_seed", run.splitSeed}}},
                     {"student", {{"architecture", "resnet8"}}},
                     {"training", {{"epochs", 4}}},
                     {"seeds", {run.seed}}};
    if (run.teacher > 0) {
        document["teachers"] = {{"static", {{"architecture", "resnet20"}, {"weights", "train"}}}};
        document["knowledge"] =
            Json::array({{{"from", "static"}, {"to", "student"}, {"loss", "kd"}, {"temperature", run.temperature}}});
        document["gap"] = {{"target", {{0, 60.0}, {2, 10.0}}}, {"band", 5.0}};
    }
    return document;
}

namespace {

NewRun describe(const TestRun& run) {
    NewRun row;
    row.name = row.trialLabel = run.name;
    row.kind = run.kind;
    row.seed = run.seed;
    row.document = documentOf(run);
    row.trialDocument = row.document;
    row.trialDocument.erase("seeds");
    row.trialDocument.erase("name");
    const std::string identity = run.name + std::to_string(run.temperature) + std::to_string(run.splitSeed);
    row.trial = QCryptographicHash::hash(QByteArray::fromStdString(identity), QCryptographicHash::Sha256).toHex().toStdString();
    row.dataName = "shapes";
    row.dataFingerprint = "00";
    row.splitSeed = run.splitSeed;
    row.environment = {{"precision", "float32"}, {"device", "cpu"}, {"threads", 2}};
    row.from = run.from;
    row.architectures["student"] = {
        {"architecture", run.kind == "stage" ? "resnet20" : "resnet8"}, {"parameters", 1}, {"macs", 1}};
    if (run.teacher > 0) row.architectures["static"] = {{"architecture", "resnet20"}, {"parameters", 2}, {"macs", 2}};
    return row;
}

std::vector<SeriesPoint> pointsOf(const TestRun& run) {
    std::vector<SeriesPoint> points;
    for (size_t epoch = 0; epoch < run.student.size(); ++epoch) {
        const auto add = [&](const std::string& series, double value) {
            const auto step = static_cast<int64_t>(epoch) * stepsPerEpoch;
            points.push_back({series, {step, static_cast<double>(epoch), value, 1000.0 + static_cast<double>(step)}});
        };
        add("student/validation/accuracy", run.student[epoch]);
        if (run.teacher <= 0) continue;
        add("static/validation/accuracy", run.teacher);
        add("gap/validation/accuracy", run.teacher - run.student[epoch]);
    }
    if (run.state != RunState::Finished || run.student.empty()) return points;
    const auto best = std::ranges::max_element(run.student) - run.student.begin();
    const auto last = static_cast<int64_t>(run.student.size()) - 1;
    points.push_back({"student/test/accuracy_at_best",
                      {best * stepsPerEpoch, static_cast<double>(best), run.student[static_cast<size_t>(best)] - 0.01, 0}});
    points.push_back(
        {"student/test/accuracy_at_last", {last * stepsPerEpoch, static_cast<double>(last), run.student.back() - 0.02, 0}});
    return points;
}

}  // namespace

int64_t addRun(Store& store, const TestRun& run) {
    const int64_t id = store.addRun(describe(run));
    if (run.state == RunState::Queued) return id;
    store.setState(id, RunState::Preparing);
    store.setState(id, RunState::Running);
    store.append(id, pointsOf(run), std::vector<RunEvent>{{0, 0, 1000, "info", "started", "Started", {}}});
    if (run.state != RunState::Running) store.setState(id, run.state, run.reason);
    return id;
}

FeedItem pointItem(int64_t run, const std::string& series, int64_t step, double value) {
    FeedItem item;
    item.run = run;
    item.point = {series, {step, static_cast<double>(step) / stepsPerEpoch, value, 2000.0}};
    return item;
}

FeedItem progressItem(int64_t run, RunState state) {
    FeedItem item;
    item.kind = FeedItem::Kind::Progress;
    item.run = run;
    item.progress.run = run;
    item.progress.state = state;
    return item;
}

}  // namespace gaplab::ui

int main(int argc, char** argv) {
    using namespace gaplab::ui;
    return runSuites(argc, argv, "pages",
                     {testPlot, testModels, testLibrary, testLibraryViews, testMonitor, testCompare, testCompareViews,
                      testExchange, testFairness});
}
