#include <chrono>
#include <filesystem>
#include <thread>

#include <QTemporaryDir>
#include <QtTest>

#include "core/run/inspect.h"
#include "core/run/preparation.h"
#include "core/run/workbench.h"
#include "core/store/store.h"

using namespace gaplab;
using namespace std::chrono_literals;

namespace {

Json tinyDocument(int epochs = 2) {
    Json document = Json::parse(R"({
      "schema": 1, "name": "tiny",
      "data": {"source": "shapes", "size": 16, "classes": 4, "train": 160, "test": 40, "validation": 0.25},
      "student": {"architecture": "resnet8"},
      "training": {"batch": 32, "optimizer": {"kind": "sgd", "lr": 0.05}, "threads": 1},
      "seeds": [0]})");
    document["training"]["epochs"] = epochs;
    return document;
}

Json underTeacher(int epochs = 2) {
    Json document = tinyDocument(epochs);
    document["teachers"]["static"] = {{"kind", "static"}, {"architecture", "resnet14"}, {"training", {{"epochs", 1}}}};
    document["knowledge"] = {{{"from", "static"}, {"to", "student"}, {"loss", "kd"}}};
    return document;
}

/// Everything the feed said, with what has come of each submission.
struct Listener {
    explicit Listener(Workbench& bench) : workbench(bench) {}

    void drain() {
        for (FeedItem& item : workbench.feed().drain().items) {
            if (item.kind == FeedItem::Kind::Submitted) submitted[item.submission] = item.runs;
            if (item.kind == FeedItem::Kind::Rejected) rejected[item.submission] = item.error;
            if (item.kind == FeedItem::Kind::Point) ++points;
            items.push_back(std::move(item));
        }
    }
    bool until(const std::function<bool()>& condition, std::chrono::seconds limit = 60s) {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (std::chrono::steady_clock::now() < end) {
            drain();
            if (condition()) return true;
            std::this_thread::sleep_for(2ms);
        }
        return false;
    }
    bool sawState(int64_t run, RunState state) const {
        return std::ranges::any_of(items, [&](const FeedItem& item) {
            return item.kind == FeedItem::Kind::Progress && item.run == run && item.progress.state == state;
        });
    }

    Workbench& workbench;
    std::vector<FeedItem> items;
    std::map<int64_t, std::vector<int64_t>> submitted;
    std::map<int64_t, Json> rejected;
    int points = 0;
};

}  // namespace

class TestWorkbench : public QObject {
    Q_OBJECT

    std::filesystem::path storePath() { return root_->path().toStdString() + "/store.db"; }
    RunRow row(int64_t run) { return Store(storePath(), Store::Mode::Read).run(run); }

    std::unique_ptr<QTemporaryDir> root_;

private Q_SLOTS:
    void init() { root_ = std::make_unique<QTemporaryDir>(); }

    void optionsAreForStagesToo() {
        const Json document = {{"training", {{"epochs", 2}}},
                               {"stages", {{"teacher", {{"student", {{"architecture", "resnet8"}}}}}, {"broken", 7}}}};
        SubmitOptions options;
        options.threads = 1;
        options.device = "cpu";
        const Json placed = withOptions(document, options);
        QVERIFY(placed["training"] == Json({{"epochs", 2}, {"threads", 1}, {"device", "cpu"}}));
        QVERIFY(placed["stages"]["teacher"]["training"] == Json({{"threads", 1}, {"device", "cpu"}}));
        QVERIFY(placed["stages"]["broken"] == Json(7));
        QVERIFY(withOptions(document, {}) == document);
    }

    void aRunIsStoredWithItsSeriesAndTheFeedSaidTheSame() {
        Workbench workbench(storePath());
        Listener listener(workbench);
        const int64_t submission = workbench.submit(tinyDocument());
        workbench.wait();
        listener.drain();
        QCOMPARE(listener.submitted[submission].size(), size_t{1});
        const RunRow run = row(listener.submitted[submission].front());
        QVERIFY(run.state == RunState::Finished);
        QVERIFY(run.find("student/validation/accuracy"));
        QCOMPARE(run.find("student/validation/accuracy")->count, 3);
        int64_t stored = 0;
        for (const SeriesSummary& series : run.series)
            stored += series.count;
        QCOMPARE(stored, int64_t{listener.points});
    }

    void theTeacherIsTrainedFirstAsARunOfItsOwnAndReusedTheNextTime() {
        Workbench workbench(storePath());
        Listener listener(workbench);
        const int64_t first = workbench.submit(underTeacher());
        workbench.wait();
        listener.drain();
        QCOMPARE(listener.submitted[first].size(), size_t{2});
        const int64_t teacher = listener.submitted[first][0], student = listener.submitted[first][1];
        QCOMPARE(QString::fromStdString(row(teacher).kind), QString("stage"));
        QCOMPARE(row(student).from.at("static"), teacher);
        QVERIFY(row(student).find("gap/validation/accuracy"));

        Json other = underTeacher();
        other["seeds"] = {1};
        const int64_t second = workbench.submit(other);
        workbench.wait();
        listener.drain();
        QCOMPARE(listener.submitted[second].front(), teacher);
        QCOMPARE(row(listener.submitted[second].back()).from.at("static"), teacher);
        QCOMPARE(Store(storePath(), Store::Mode::Read).runs().size(), size_t{3});
    }

    void aDocumentAtFaultIsRefusedAtOnceAndNothingIsStored() {
        Workbench workbench(storePath());
        Json document = tinyDocument();
        document["training"]["epochs"] = -1;
        QVERIFY_THROWS_EXCEPTION(Error, workbench.submit(document));
        QVERIFY(Store(storePath(), Store::Mode::Read).runs().empty());
    }

    void dataAtFaultIsRejectedAndNothingIsStored() {
        Workbench workbench(storePath());
        Listener listener(workbench);
        Json document = tinyDocument();
        document["data"] = {{"source", "folder"}, {"path", root_->path().toStdString() + "/nowhere"}};
        const int64_t submission = workbench.submit(document);
        workbench.wait();
        listener.drain();
        QVERIFY(listener.rejected.contains(submission));
        QCOMPARE(listener.rejected[submission]["error"].value("fault", ""), std::string("input"));
        QVERIFY(Store(storePath(), Store::Mode::Read).runs().empty());
    }

    void pauseResumeStopAndResumeLater() {
        int64_t run = 0;
        {
            Workbench workbench(storePath());
            Listener listener(workbench);
            const int64_t submission = workbench.submit(tinyDocument(2000));
            QVERIFY(listener.until([&] { return listener.submitted.contains(submission) && listener.points > 20; }));
            run = listener.submitted[submission].front();
            workbench.command(run, Command::Pause);
            QVERIFY(listener.until([&] { return listener.sawState(run, RunState::Paused); }));
            QVERIFY(row(run).state == RunState::Paused);
            const int points = listener.points;
            std::this_thread::sleep_for(200ms);
            listener.drain();
            QCOMPARE(listener.points, points);
            workbench.command(run, Command::Resume);
            QVERIFY(listener.until([&] { return listener.points > points; }));
            workbench.command(run, Command::StopAfterStep);
            workbench.wait();
            QVERIFY(row(run).state == RunState::Stopped);
        }
        const int64_t before = row(run).find("student/train/loss")->count;
        Workbench workbench(storePath());
        Listener listener(workbench);
        const int64_t submission = workbench.resume(run);
        QVERIFY(listener.until([&] { return listener.submitted.contains(submission) && listener.points > 5; }));
        workbench.stopAll();
        workbench.wait();
        QVERIFY(row(run).find("student/train/loss")->count > before);
    }

    void closingStopsWithACheckpoint() {
        int64_t run = 0;
        {
            Workbench workbench(storePath());
            Listener listener(workbench);
            const int64_t submission = workbench.submit(tinyDocument(2000));
            QVERIFY(listener.until([&] { return listener.submitted.contains(submission) && listener.points > 20; }));
            run = listener.submitted[submission].front();
        }
        const Store store(storePath(), Store::Mode::Read);
        QVERIFY(store.run(run).state == RunState::Stopped);
        QVERIFY(store.checkpoint(run, "last").has_value());
        QVERIFY(store.check().ok);
    }

    void aQueuedRunCanBeStoppedBeforeItStarts() {
        Workbench workbench(storePath());
        Listener listener(workbench);
        const int64_t first = workbench.submit(tinyDocument(2000));
        Json other = tinyDocument(3);
        const int64_t second = workbench.submit(other);
        QVERIFY(listener.until([&] { return listener.submitted.contains(first) && listener.submitted.contains(second); }));
        const int64_t queued = listener.submitted[second].front();
        workbench.command(queued, Command::StopAfterStep);
        QVERIFY(listener.until([&] { return listener.sawState(queued, RunState::Stopped); }));
        workbench.command(listener.submitted[first].front(), Command::StopAfterStep);
        workbench.wait();
        QVERIFY(row(queued).state == RunState::Stopped);
        QVERIFY(row(queued).series.empty());
    }

    /// Of a sweep: the teacher that all of them need is one run, and comes first.
    void severalExperimentsAreOneSubmissionThatSharesStages() {
        Workbench workbench(storePath());
        Listener listener(workbench);
        Json warm = underTeacher(1), cold = underTeacher(1);
        warm["knowledge"][0]["temperature"] = 8;
        const int64_t submission = workbench.submitAll({cold, warm});
        workbench.wait();
        listener.drain();
        const std::vector<int64_t> runs = listener.submitted.at(submission);
        QCOMPARE(runs.size(), size_t{3});
        QCOMPARE(row(runs[0]).kind, std::string("stage"));
        for (const size_t i : {1, 2}) {
            QVERIFY(row(runs[i]).state == RunState::Finished);
            QCOMPARE(row(runs[i]).from.at("static"), runs[0]);
        }
        QVERIFY(row(runs[1]).trial != row(runs[2]).trial);
    }

    void allOfThemAreStoredOrNone() {
        Workbench workbench(storePath());
        Listener listener(workbench);
        Json bad = tinyDocument();
        bad["data"] = {{"source", "folder"}, {"path", root_->path().toStdString() + "/nowhere"}};
        const int64_t submission = workbench.submitAll({tinyDocument(), bad});
        workbench.wait();
        listener.drain();
        QVERIFY(listener.rejected.contains(submission));
        QVERIFY(Store(storePath(), Store::Mode::Read).runs().empty());
    }

    void finishedRunsAreTakenInsteadWhereThatIsAskedFor() {
        Workbench workbench(storePath());
        Listener listener(workbench);
        const int64_t first = workbench.submit(tinyDocument(1));
        workbench.wait();
        Json seeds = tinyDocument(1);
        seeds["seeds"] = {0, 1};
        seeds["name"] = "under another name";
        const int64_t second = workbench.submit(seeds, {.reuse = true});
        workbench.wait();
        const int64_t third = workbench.submit(tinyDocument(1));
        workbench.wait();
        listener.drain();
        const int64_t done = listener.submitted.at(first).front();
        QCOMPARE(listener.submitted.at(second).size(), size_t{2});
        QCOMPARE(listener.submitted.at(second).front(), done);
        QVERIFY(listener.submitted.at(third).front() != done);
        for (const FeedItem& item : listener.items)
            if (item.kind == FeedItem::Kind::Submitted)
                QCOMPARE(item.done, item.submission == second ? std::vector{done} : std::vector<int64_t>());
    }

    void theQueueIsTrainedInTheOrderThatAPersonGivesIt() {
        Workbench workbench(storePath());
        Listener listener(workbench);
        const int64_t busy = workbench.submit(tinyDocument(2000));
        Json other = underTeacher(1);
        other["seeds"] = {0, 1};
        const int64_t waiting = workbench.submit(other);
        QVERIFY(listener.until([&] { return listener.submitted.contains(waiting) && listener.points > 5; }));
        const std::vector<int64_t> runs = listener.submitted.at(waiting);  // teacher, seed 0, seed 1
        QCOMPARE(workbench.running(), listener.submitted.at(busy).front());
        QCOMPARE(workbench.queue(), runs);
        workbench.setQueueOrder({runs[2], runs[1], runs[0]});
        const std::vector<int64_t> order = {runs[0], runs[2], runs[1]};  // what seed 1 needs stays before it
        QCOMPARE(workbench.queue(), order);
        const auto storedOrder = [this] { return Store(storePath(), Store::Mode::Read).queue(); };
        QVERIFY(listener.until([&] { return storedOrder() == order; }));

        // Taken out and put back to its place.
        workbench.command(runs[2], Command::StopAfterStep);
        QVERIFY(listener.until([&] { return row(runs[2]).state == RunState::Stopped; }));
        QVERIFY(listener.until([&] { return storedOrder().size() == 2; }));
        const int64_t again = workbench.resume(runs[2], order);
        QVERIFY(listener.until([&] { return listener.submitted.contains(again); }));
        QCOMPARE(workbench.queue(), order);

        workbench.command(workbench.running(), Command::StopAfterStep);
        workbench.wait();
        QVERIFY(row(runs[2]).state == RunState::Finished && row(runs[1]).state == RunState::Finished);
        QVERIFY(row(runs[2]).started < row(runs[1]).started);
        QVERIFY(storedOrder().empty());
    }

    /// The places of runs that waited when the program was closed are known at the next start.
    void theOrderOutlivesTheProcess() {
        std::vector<int64_t> runs;
        {
            Workbench workbench(storePath());
            Listener listener(workbench);
            workbench.submit(tinyDocument(2000));
            Json other = tinyDocument(1);
            other["seeds"] = {1, 2};
            const int64_t waiting = workbench.submit(other);
            QVERIFY(listener.until([&] { return listener.submitted.contains(waiting); }));
            runs = listener.submitted.at(waiting);
            workbench.setQueueOrder({runs[1], runs[0]});
        }
        QVERIFY(row(runs[0]).state == RunState::Stopped);
        QCOMPARE(Store(storePath(), Store::Mode::Read).queue(), (std::vector<int64_t>{runs[1], runs[0]}));
    }

    void aFailedRunHasAReasonAndTheQueueGoesOn() {
        Workbench workbench(storePath());
        Listener listener(workbench);
        Json bad = tinyDocument();
        bad["training"]["optimizer"]["lr"] = 1e30;
        const int64_t first = workbench.submit(bad), second = workbench.submit(tinyDocument());
        workbench.wait();
        listener.drain();
        const RunRow failed = row(listener.submitted[first].front());
        QVERIFY(failed.state == RunState::Failed);
        QVERIFY2(failed.reason.find("not a finite number") != std::string::npos, failed.reason.c_str());
        QVERIFY(row(listener.submitted[second].front()).state == RunState::Finished);
    }

    void aCommandOfAnotherProcessIsTakenFromTheStore() {
        Workbench workbench(storePath());
        Listener listener(workbench);
        const int64_t submission = workbench.submit(tinyDocument(2000));
        QVERIFY(listener.until([&] { return listener.submitted.contains(submission) && listener.points > 5; }));
        const int64_t run = listener.submitted[submission].front();
        Store(storePath(), Store::Mode::Write).postCommand(run, {{"command", "stop_after_step"}}, "test");
        workbench.wait();
        QVERIFY(row(run).state == RunState::Stopped);
    }

    void inspectionCountsNetworksWithoutLoadingData() {
        Json document = underTeacher();
        document["data"] = {{"source", "folder"}, {"path", "/nowhere"}};
        const Inspection inspection = inspect(document, {.data = false});
        QVERIFY(inspection.problems.empty());
        QCOMPARE(inspection.networks["student"]["parameters"].get<int64_t>(), 78042);
        QCOMPARE(inspection.networks["static"]["parameters"].get<int64_t>(), 175258);
    }

    void inspectionTimesRealStepsAndShowsTheData() {
        const Inspection inspection = inspect(underTeacher(), {.thumbnails = 2, .threads = 1});
        QVERIFY(inspection.data);
        QCOMPARE(inspection.data->train, 120);
        QCOMPARE(inspection.data->thumbnails.size(), size_t{8});
        QVERIFY(inspection.secondsPerEpoch > 0);
        QVERIFY(inspection.memoryBytes > 1000000);
    }
};

QTEST_GUILESS_MAIN(TestWorkbench)
#include "tst_workbench.moc"
