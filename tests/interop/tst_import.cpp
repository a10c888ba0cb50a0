#include <iostream>

#include <QProcess>
#include <QTest>

#include "tests/interop/incoming.h"
#include "tests/interop/suites.h"

using namespace gaplab;
using namespace gaplab::test;
namespace fs = std::filesystem;

namespace {

/// A run of `store` with a checkpoint file that holds `content`.
WholeRun addWithCheckpoint(Store& store, WholeRun run, const std::string& content) {
    const fs::path file = store.runFolder(run.uuid) / "last.safetensors";
    writeFile(file, content);
    run.checkpoints = {{.step = 20,
                        .epoch = 1,
                        .kind = "last",
                        .relativePath = fs::relative(file, store.path().parent_path()).generic_string(),
                        .bytes = std::ssize(content),
                        .sha256 = sha256(content)}};
    store.addWholeRuns({&run, 1});
    return run;
}

size_t runsIn(const Store& store) {
    return store.runs(Store::Trash::Include).size();
}

std::vector<WholeRun> manyRuns() {
    std::vector<WholeRun> runs;
    for (int i = 0; i < 100; ++i)
        runs.push_back(finishedRun("one of many", static_cast<uint64_t>(i)));
    return runs;
}

}  // namespace

class TestImport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theSameRunComesInOnce_data() {
        QTest::addColumn<QString>("changed");
        QTest::addColumn<QString>("why");  // empty: it is another run
        QTest::newRow("nothing") << ""
                                 << "same uuid";
        QTest::newRow("uuid") << "uuid"
                              << "comes from there";
        QTest::newRow("uuid and reference") << "uuid reference"
                                            << "same content";
        QTest::newRow("uuid, name and reference") << "uuid name reference"
                                                  << "same content";
        QTest::newRow("uuid and points") << "uuid points"
                                         << "comes from there";
        QTest::newRow("uuid, points and reference") << "uuid points reference"
                                                    << "";
        QTest::newRow("uuid, seed and reference") << "uuid seed reference"
                                                  << "";
    }
    void theSameRunComesInOnce() {
        QFETCH(QString, changed);
        QFETCH(QString, why);
        const Place place;
        Store store = place.make();
        WholeRun run = finishedRun();
        run.foreignRef = "mlflow:1";
        store.addWholeRuns({&run, 1});
        if (changed.contains("uuid")) run.uuid = newUuid();
        if (changed.contains("name")) run.facts.name = "other";
        if (changed.contains("seed")) run.facts.seed = 99;
        if (changed.contains("points")) run.series["student/train/loss"].front().value = 7;
        if (changed.contains("reference")) run.foreignRef = "mlflow:2";
        const ImportResult result = importRuns(&store, incomingRuns({run}), {}).front();
        QVERIFY2(QString::fromStdString(result.skipped).contains(why) && result.skipped.empty() == why.isEmpty(),
                 result.skipped.c_str());
        QCOMPARE(runsIn(store), size_t{why.isEmpty() ? 2U : 1U});
        QCOMPARE(runsIn(store), size_t{result.id ? 2U : 1U});
    }

    void theSameRunTwiceInOneCallComesInOnce() {
        const Place place;
        Store store = place.make();
        const WholeRun run = finishedRun();
        const auto results = importRuns(&store, incomingRuns({run, run}), {});
        QVERIFY(results[0].skipped.empty());
        QVERIFY(!results[1].skipped.empty());
        QCOMPARE(runsIn(store), size_t{1});
    }

    void whoWantsItAgainGetsAnotherOne() {
        const Place place;
        Store store = place.make();
        const WholeRun run = finishedRun();
        importRuns(&store, incomingRuns({run}), {});
        const ImportResult result = importRuns(&store, incomingRuns({run}), {.again = true}).front();
        QCOMPARE(runsIn(store), size_t{2});
        QVERIFY(result.uuid != run.uuid);
        QCOMPARE(contentHash(store.wholeRun(*result.id)), contentHash(run));
    }

    void aDryRunChangesNothing() {
        const auto results = importRuns(nullptr, incomingRuns({finishedRun()}), {.dryRun = true});
        QCOMPARE(results.front().points, int64_t{4});
        QVERIFY(!results.front().id);
        const Place place;
        Store store = place.make();
        importRuns(&store, incomingRuns({finishedRun()}), {.dryRun = true});
        QCOMPARE(runsIn(store), size_t{0});
    }

    void aRunFindsWhatItWasMadeFromInWhateverOrder() {
        const Place place;
        Store store = place.make();
        const WholeRun teacher = finishedRun("teacher", 1);
        WholeRun student = finishedRun("student", 2), orphan = finishedRun("orphan", 3);
        student.from["static"] = teacher.uuid;
        orphan.from["static"] = newUuid();
        const auto results = importRuns(&store, incomingRuns({orphan, student, teacher}), {});
        QCOMPARE(store.run(student.uuid).from.at("static"), store.run(teacher.uuid).id);
        QVERIFY(store.run(orphan.uuid).from.empty());
        QVERIFY(results.front().notUnderstood.front().find("is not here") != std::string::npos);
    }

    void aRunFindsTheOneThatStandsForWhatItWasMadeFrom() {
        const Place place;
        Store store = place.make();
        const WholeRun teacher = finishedRun("teacher", 1);
        importRuns(&store, incomingRuns({teacher}), {});
        WholeRun copy = teacher, student = finishedRun("student", 2);
        copy.uuid = newUuid();
        student.from["static"] = copy.uuid;
        importRuns(&store, incomingRuns({student, copy}), {});
        QCOMPARE(runsIn(store), size_t{2});
        QCOMPARE(store.run(student.uuid).from.at("static"), store.run(teacher.uuid).id);
    }

    void runsMadeFromEachOtherComeInAnyway() {
        const Place place;
        Store store = place.make();
        WholeRun one = finishedRun("one", 1), two = finishedRun("two", 2);
        one.from["static"] = two.uuid;
        two.from["static"] = one.uuid;
        importRuns(&store, incomingRuns({one, two}), {});
        QCOMPARE(runsIn(store), size_t{2});
    }

    void oneBrokenRunKeepsAllOut() {
        const Place place;
        Store store = place.make();
        WholeRun broken = finishedRun("broken", 2);
        broken.series["loss"] = {{.step = 1}};
        const Error error = errorOf([&] { importRuns(&store, incomingRuns({finishedRun(), broken}), {}); });
        QCOMPARE(error.fault(), Fault::Input);
        QCOMPARE(runsIn(store), size_t{0});
    }

    void storesAreMergedWithoutDuplicates() {
        const Place place, elsewhere;
        Store store = place.make();
        WholeRun student = finishedRun("student", 2), trashed = finishedRun("in the trash", 3);
        trashed.deletedAt = 5000;
        {
            Store other = elsewhere.make();
            const WholeRun teacher = addWithCheckpoint(other, finishedRun("teacher", 1), "weights");
            student.from["static"] = teacher.uuid;
            student.predictions = {{"student", "test", 1, {1, 2}, {3, 4}}};
            other.moveRun(other.addWholeRuns({&student, 1}).front(), "paper/first");
            other.addWholeRuns({&trashed, 1});
            const int64_t live = other.addRun(someRun("live"));
            bring(other, live, RunState::Running);
        }
        const auto first = mergeStore(&store, elsewhere.open(Store::Mode::Read), {});
        QCOMPARE(first.size(), size_t{4});
        QCOMPARE(runsIn(store), size_t{3});
        QVERIFY(first.back().skipped.find("still goes on") != std::string::npos);
        const RunRow row = store.run(student.uuid);
        const RunRow teacher = store.run(row.from.at("static"));
        QCOMPARE(teacher.name, std::string("teacher"));
        QCOMPARE(contentHash(store.wholeRun(row.id)), contentHash(student));
        QVERIFY(store.predictions(row.id, "student", "test")->classes == student.predictions.front().classes);
        QCOMPARE(row.folder, std::string("paper/first"));
        QCOMPARE(teacher.folder, std::string());
        QCOMPARE(store.run(trashed.uuid).deletedAt, 5000.0);
        const CheckpointRecord checkpoint = *store.checkpoint(teacher.id, "last");
        QCOMPARE(bytesOf(store.path().parent_path() / checkpoint.relativePath), QByteArray("weights"));
        QVERIFY(store.check().ok);

        const auto second = mergeStore(&store, elsewhere.open(Store::Mode::Read), {});
        QVERIFY(std::ranges::none_of(second, [](const ImportResult& result) { return result.skipped.empty(); }));
        QCOMPARE(runsIn(store), size_t{3});
    }

    void checkpointsThatAreNotWhatTheyWereStayOut_data() {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<QString>("says");
        QTest::newRow("changed") << "changed"
                                 << "has changed";
        QTest::newRow("missing") << "missing"
                                 << "is missing";
        QTest::newRow("outside") << "outside"
                                 << "is missing";
    }
    void checkpointsThatAreNotWhatTheyWereStayOut() {
        QFETCH(QString, fault);
        QFETCH(QString, says);
        const Place place, elsewhere;
        Store store = place.make();
        WholeRun run = finishedRun();
        {
            Store other = elsewhere.make();
            const fs::path secret = elsewhere.path("secret");
            writeFile(secret, "weights");
            if (fault == "outside") {
                run.checkpoints = {{.kind = "last", .relativePath = "files/../secret", .bytes = 7, .sha256 = sha256("weights")}};
                fs::create_directory(elsewhere.path("files"));
                other.addWholeRuns({&run, 1});
            } else {
                run = addWithCheckpoint(other, run, "weights");
            }
            const fs::path file = elsewhere.path(run.checkpoints.front().relativePath);
            if (fault == "changed") writeFile(file, "weighty");
            if (fault == "missing") fs::remove(file);
        }
        const ImportResult result = mergeStore(&store, elsewhere.open(Store::Mode::Read), {}).front();
        QVERIFY(result.id);
        QVERIFY(store.checkpoints(*result.id).empty());
        QCOMPARE(result.notUnderstood.size(), size_t{1});
        QVERIFY2(QString::fromStdString(result.notUnderstood.front()).contains(says), result.notUnderstood.front().c_str());
    }

    void aStoreIsNotMergedIntoItself() {
        const Place place;
        Store store = place.make();
        QVERIFY(says(errorOf([&] { mergeStore(&store, place.open(Store::Mode::Read), {}); }), "is the store itself"));
    }

    void aMergeCanBeTriedFirst() {
        const Place elsewhere;
        {
            Store other = elsewhere.make();
            addWithCheckpoint(other, finishedRun(), "weights");
        }
        const auto results = mergeStore(nullptr, elsewhere.open(Store::Mode::Read), {.dryRun = true});
        QCOMPARE(results.size(), size_t{1});
        QVERIFY(results.front().skipped.empty() && !results.front().id);
    }

    void killedItHasTakenAllOrNone() {
        const Place place;
        { const Store store = place.make(); }
        for (const int milliseconds : {1, 5, 20, 60, 120}) {
            QProcess process;
            process.start(QCoreApplication::applicationFilePath(),
                          {"--import-until-killed", QString::fromStdString(place.path().string())});
            QVERIFY(process.waitForReadyRead(30000));
            QTest::qWait(milliseconds);
            process.kill();
            process.waitForFinished();
            const Store store = place.open(Store::Mode::Read);
            QCOMPARE(runsIn(store) % manyRuns().size(), size_t{0});
            QVERIFY(store.check().ok);
        }
    }
};

int importUntilKilled(const char* path) {
    Store store(path, Store::Mode::Write);
    while (true) {
        importRuns(&store, incomingRuns(manyRuns()), {.again = true});
        std::cout << "." << std::flush;
    }
}

int testImport(int argc, char** argv) {
    TestImport test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_import.moc"
