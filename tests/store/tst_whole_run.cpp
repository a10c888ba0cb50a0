#include <cmath>
#include <limits>

#include <QTest>

#include "tests/store/fixture.h"
#include "tests/store/suites.h"

using namespace gaplab;
using namespace gaplab::test;

namespace {

const std::string someUuid = "0f5f4de6-0452-4e54-92b6-f416c2fe6cf3";

/// Something of everything that a run can have.
WholeRun wholeRun(const std::string& uuid = someUuid) {
    WholeRun run{.facts = someRun("whole", std::numeric_limits<uint64_t>::max()),
                 .uuid = uuid,
                 .foreignRef = "mlflow:" + uuid,
                 .state = RunState::Failed,
                 .reason = "the disk was full",
                 .created = 1000.25,
                 .started = 1001,
                 .finished = 1002.5,
                 .deletedAt = 2000,
                 .tags = {"bad", "good"}};
    run.facts.notes = "a note";
    run.facts.architectures["student"] = {{"architecture", "resnet8"}, {"parameters", 78042}};
    for (const SeriesPoint& point : steps(0, 2999))
        run.series[point.series].push_back(point.point);
    run.series["student/validation/accuracy"] = {
        {0, 0, -0.0, 1.5}, {7, 0.5, std::numeric_limits<double>::infinity(), 2.5}, {9, std::nan(""), std::nan(""), std::nan("")}};
    run.events = {
        {.step = 3, .epoch = 0.3, .wall = 5, .level = "error", .kind = "failed", .text = "full", .details = {{"a", 1}}}};
    run.predictions = {{"student", "test", 2.5, {3, 700}, {255, 0}}};
    run.checkpoints = {{.step = 3, .epoch = 0.3, .kind = "last", .relativePath = "files/x", .bytes = 4, .sha256 = "ab"}};
    return run;
}

}  // namespace

class TestWholeRun : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everythingOfARunComesBack() {
        const Place place;
        Store store = place.make();
        const WholeRun run = wholeRun();
        const int64_t id = store.addWholeRuns({&run, 1}).front();
        const WholeRun back = store.wholeRun(id);
        QCOMPARE(contentHash(back), contentHash(run));
        QCOMPARE(back.uuid, run.uuid);
        QCOMPARE(back.foreignRef, run.foreignRef);
        QCOMPARE(toText(back.state), std::string("failed"));
        QCOMPARE(back.reason, run.reason);
        QCOMPARE(back.created, run.created);
        QCOMPARE(back.started, run.started);
        QCOMPARE(back.finished, run.finished);
        QCOMPARE(back.deletedAt, run.deletedAt);
        QVERIFY(back.tags == run.tags);
        QCOMPARE(back.facts.seed, run.facts.seed);
        QCOMPARE(back.facts.notes, run.facts.notes);
        QCOMPARE(back.facts.trial, run.facts.trial);
        QCOMPARE(text(back.facts.trialDocument), text(run.facts.trialDocument));
        QCOMPARE(text(back.facts.dataFacts), text(run.facts.dataFacts));
        QCOMPARE(text(back.facts.environment), text(run.facts.environment));
        QCOMPARE(text(back.facts.architectures.at("student")), text(run.facts.architectures.at("student")));
        QCOMPARE(back.predictions.size(), size_t{1});
        QVERIFY(back.predictions.front().classes == run.predictions.front().classes);
        QVERIFY(back.predictions.front().confidences == run.predictions.front().confidences);
        QCOMPARE(back.checkpoints.front().sha256, std::string("ab"));
        QCOMPARE(store.run(id).find("student/train/loss")->count, int64_t{3000});
        store.restoreRun(id);
        QCOMPARE(store.newestRuns("good", 9).size(), size_t{1});  // tags are searched
    }

    void aFinishedOneIsNotTakenForLost() {
        const Place place;
        Store store = place.make();
        WholeRun run = wholeRun();
        run.state = RunState::Finished;
        store.addWholeRuns({&run, 1});
        QVERIFY(store.markLostRuns().empty());
        QCOMPARE(toText(store.run(someUuid).state), std::string("finished"));
    }

    void lineageLeadsToRunsThatAreThereOrComeBefore() {
        const Place place;
        Store store = place.make();
        const std::string other = "1f5f4de6-0452-4e54-92b6-f416c2fe6cf3";
        std::vector<WholeRun> runs = {wholeRun(), wholeRun(other)};
        runs[1].from = {{"static", someUuid}, {"gone", "2f5f4de6-0452-4e54-92b6-f416c2fe6cf3"}};
        const std::vector<int64_t> ids = store.addWholeRuns(runs);
        const RunRow row = store.run(ids[1]);
        QCOMPARE(row.from.size(), size_t{1});
        QCOMPARE(row.from.at("static"), ids[0]);
        QCOMPARE(store.wholeRun(ids[1]).from.at("static"), someUuid);
    }

    void whatCannotBeStoredStoresNothing_data() {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<QString>("says");
        QTest::newRow("live") << "live"
                              << "goes on";
        QTest::newRow("steps") << "steps"
                               << "do not ascend";
        QTest::newRow("negative") << "negative"
                                  << "do not ascend";
        QTest::newRow("name") << "name"
                              << "is not the name of a series";
        QTest::newRow("twice") << "twice"
                               << "is in the store already";
    }
    void whatCannotBeStoredStoresNothing() {
        QFETCH(QString, fault);
        QFETCH(QString, says);
        const Place place;
        Store store = place.make();
        std::vector<WholeRun> runs = {wholeRun(), wholeRun("1f5f4de6-0452-4e54-92b6-f416c2fe6cf3")};
        WholeRun& broken = runs.back();
        if (fault == "live") broken.state = RunState::Running;
        if (fault == "steps") broken.series["a/b/c"] = {{.step = 2}, {.step = 2}};
        if (fault == "negative") broken.series["a/b/c"] = {{.step = -1}};
        if (fault == "name") broken.series["loss"] = {{.step = 1}};
        if (fault == "twice") broken.uuid = runs.front().uuid;
        const Error error = errorOf([&] { store.addWholeRuns(runs); });
        QCOMPARE(error.fault(), Fault::Input);
        QVERIFY2(test::says(error, says.toUtf8()), error.what());
        QVERIFY(store.runs(Store::Trash::Include).empty());
        QCOMPARE(store.check().points, int64_t{0});
    }

    void contentIsDocumentSeedPointsAndEvents() {
        const std::string hash = contentHash(wholeRun());
        WholeRun same = wholeRun("1f5f4de6-0452-4e54-92b6-f416c2fe6cf3");
        same.facts.name = "another name";
        same.tags.clear();
        same.series["student/validation/accuracy"].back().value = -std::nan("1");
        QCOMPARE(contentHash(same), hash);
        const auto differs = [&](auto change) {
            WholeRun run = wholeRun();
            change(run);
            return contentHash(run) != hash;
        };
        QVERIFY(differs([](WholeRun& run) { run.facts.seed = 1; }));
        QVERIFY(differs([](WholeRun& run) { run.facts.document["x"] = 1; }));
        QVERIFY(differs([](WholeRun& run) { run.series["student/validation/accuracy"].front().value = 0.0; }));
        QVERIFY(differs([](WholeRun& run) { run.series["student/train/loss"][5].wall += 1e-9 * 1000; }));
        QVERIFY(differs([](WholeRun& run) { run.series.erase("student/train/loss"); }));
        QVERIFY(differs([](WholeRun& run) { run.events.front().text = "empty"; }));
    }
};

int testWholeRun(int argc, char** argv) {
    TestWholeRun test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_whole_run.moc"
