#include <QTest>

#include "core/base/files.h"
#include "core/store/connection.h"
#include "core/store/process.h"
#include "tests/store/fixture.h"
#include "tests/store/suites.h"

using namespace gaplab;
using namespace gaplab::test;

namespace {

QString idsOf(const std::vector<RunRow>& runs) {
    QStringList ids;
    for (const RunRow& run : runs)
        ids << QString::number(run.id);
    return ids.join(' ');
}

/// Makes a run look as if another process held it.
void giveTo(const Place& place, int64_t run, const ProcessMark& process, double leaseUntil) {
    Connection connection(place.path(), Connection::Access::Write);
    connection.write(Durability::Beat, [&] {
        Query(connection, "UPDATE run SET worker_pid = ?, worker_boot = ?, lease_until = ? WHERE id = ?", process.pid,
              process.origin, leaseUntil, run)
            .run();
    });
}

}  // namespace

class TestRuns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void viewsAreKeptByPageAndName() {
        const Place place;
        Store store = place.make();
        store.saveView("library", {"mine", {{"sort", "gap"}}});
        store.saveView("library", {"", {{"sort", "name"}}});
        store.saveView("compare", {"mine", 1});
        store.saveView("library", {"mine", {{"sort", "acc"}}});
        const auto views = place.open(Store::Mode::Read).views("library");
        QCOMPARE(views.size(), size_t{2});
        QCOMPARE(views[0].name, std::string());
        QVERIFY(views[1].layout == Json({{"sort", "acc"}}));
        store.removeView("library", "mine");
        QCOMPARE(store.views("library").size(), size_t{1});
        QCOMPARE(store.views("compare").size(), size_t{1});
    }
    void compareSetsKeepRunsAndBaseline() {
        const Place place;
        Store store = place.make();
        const std::string trial(64, 'a');
        const RunRow run = store.run(store.addRun(someRun("one", 0, trial)));
        store.saveCompareSet({"table 2", {run.uuid, "gone"}, trial});
        store.saveCompareSet({"other", {run.uuid}});
        auto sets = place.open(Store::Mode::Read).compareSets();
        QCOMPARE(sets.size(), size_t{2});
        QCOMPARE(sets[0].baseline, std::string());
        QCOMPARE(sets[1].runs, (std::vector<std::string>{run.uuid, "gone"}));
        QCOMPARE(sets[1].baseline, trial);
        errorOf([&] { store.saveCompareSet({"", {run.uuid}}); });
        errorOf([&] { store.saveCompareSet({"no trial", {run.uuid}, "ffff"}); });
        // A purge leaves the trial that a set compares with, and the set.
        store.setState(run.id, RunState::Stopped);
        store.deleteRun(run.id);
        store.purge(store.planPurge());
        QCOMPARE(store.compareSets()[1].baseline, trial);
        store.removeCompareSet("table 2");
        QCOMPARE(store.compareSets().size(), size_t{1});
    }
    void sizesAreToldByKind() {
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun());
        const std::vector<SeriesPoint> points(1, {"student/train/loss", {0, 0, 1, 0}});
        store.append(run, points);
        const int64_t before = store.sizes().points;
        QVERIFY(before > 0);
        store.addCheckpoint(run, {.kind = "best", .relativePath = "x", .bytes = 70});
        store.addCheckpoint(run, {.kind = "last", .relativePath = "y", .bytes = 30});
        QVERIFY((store.sizes().checkpoints == std::map<std::string, int64_t>{{"best", 70}, {"last", 30}}));
        QCOMPARE(store.sizes().trash, int64_t{0});
        store.setState(run, RunState::Stopped);
        store.deleteRun(run);
        QCOMPARE(store.sizes().trash, int64_t{100});
        QVERIFY(store.sizes().database > 0);
        QVERIFY(store.quickCheck().empty());
    }
    void everythingOfARunReadsBack() {
        const Place place;
        Store store = place.make();
        const int64_t source = store.addRun(someRun("teacher", 3, std::string(64, 'b')));
        NewRun run = someRun("Студент 生徒", 18446744073709551615ULL);
        run.notes = "second try";
        run.kind = "stage";
        run.splitSeed = 9;
        run.from = {{"static", source}};
        run.architectures["student"] = {
            {"architecture", "resnet8"}, {"parameters", 78042}, {"macs", 12}, {"stage_shapes", {{16, 32, 32}}}};
        const int64_t id = store.addRun(run);
        for (const RunRow& row : {store.run(id), place.open(Store::Mode::Read).run(store.run(id).uuid)}) {
            QCOMPARE(row.id, id);
            QCOMPARE(row.name, run.name);
            QCOMPARE(row.kind, run.kind);
            QCOMPARE(row.trial, run.trial);
            QCOMPARE(row.trialLabel, run.trialLabel);
            QCOMPARE(row.notes, run.notes);
            QCOMPARE(row.seed, run.seed);
            QCOMPARE(row.splitSeed, run.splitSeed);
            QCOMPARE(text(row.document), text(run.document));
            QCOMPARE(text(row.environment), text(run.environment));
            QCOMPARE(row.dataName, run.dataName);
            QCOMPARE(row.dataFingerprint, run.dataFingerprint);
            QCOMPARE(text(row.dataFacts), text(run.dataFacts));
            QCOMPARE(row.from, run.from);
            QCOMPARE(text(row.networks.at("student")), text(run.architectures["student"]));
            QCOMPARE(row.state, RunState::Queued);
            QVERIFY(row.ownProcess);
            QVERIFY(row.created > 1.6e9);
            QCOMPARE(row.started + row.finished + row.deletedAt, 0.0);
            QVERIFY(row.series.empty());
        }
    }

    void repeatsShareTrialAndData() {
        const Place place;
        Store store = place.make();
        store.addRuns({someRun("one", 0), someRun("two", 1)});
        Connection connection(place.path(), Connection::Access::Read);
        for (const char* table : {"trial", "dataset"})
            QCOMPARE(connection.database().execAndGet(std::string("SELECT count(*) FROM ") + table).getInt(), 1);
    }

    void runsAreAddedTogetherOrNotAtAll() {
        const Place place;
        Store store = place.make();
        NewRun wrong = someRun("two");
        wrong.from = {{"static", 999}};
        QVERIFY_EXCEPTION_THROWN(store.addRuns({someRun("one"), wrong}), Error);
        QVERIFY(store.runs().empty());
    }

    void runsOfOneCallCanBuildOnEachOther() {
        const Place place;
        Store store = place.make();
        store.addRun(someRun("earlier"));
        NewRun student = someRun("student");
        student.from = {{"static", -2}, {"baseline", 1}};
        const auto ids = store.addRuns({someRun("other"), someRun("teacher"), student});
        QCOMPARE(store.run(ids[2]).from, (std::map<std::string, int64_t>{{"static", ids[1]}, {"baseline", 1}}));
        student.from = {{"static", -1}};  // itself
        QVERIFY_EXCEPTION_THROWN(store.addRuns({student}), std::out_of_range);
        QCOMPARE(store.runs().size(), size_t{4});
    }

    void fieldsOfTheDocumentCanBeQueried() {
        const Place place;
        NewRun run = someRun();
        run.document = {{"training", {{"epochs", 5}, {"flag", true}}}, {"knowledge", {{{"loss", "kd"}}}}, {"none", nullptr}};
        place.make().addRun(run);
        Connection connection(place.path(), Connection::Access::Read);
        Query query(connection,
                    "SELECT k.path, p.num, p.txt FROM run_param p JOIN param_key k ON k.id = p.key_id ORDER BY k.path");
        QStringList rows;
        while (query.next())
            rows << QString("%1=%2/%3")
                        .arg(query.text(0).c_str(), query.isNull(1) ? "-" : QString::number(query.real(1)),
                             query.text(2).c_str());
        QCOMPARE(rows.join(' '), QString("knowledge[0].loss=-/kd training.epochs=5/5 training.flag=1/true"));
    }

    void transitionsOutsideTheMachineChangeNothing() {
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun());
        QVERIFY_EXCEPTION_THROWN(store.setState(run, RunState::Finished), std::logic_error);
        QCOMPARE(store.run(run).state, RunState::Queued);
        QCOMPARE(errorOf([&] { store.setState(999, RunState::Running); }).fault(), Fault::Input);
    }

    void statesKeepTimeAndReason() {
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun());
        bring(store, run, RunState::Failed);
        QVERIFY(store.run(run).started > 0);
        QVERIFY(store.run(run).finished >= store.run(run).started);
        QVERIFY(!store.run(run).ownProcess);
        store.setState(run, RunState::Queued, "again");
        QCOMPARE(store.run(run).finished, 0.0);
        QCOMPARE(store.run(run).reason, std::string("again"));
        bring(store, run, RunState::Stopped);
        QCOMPARE(store.run(run).reason, std::string());
    }

    void runsAreFoundByIdUuidAndPrefix() {
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun());
        const std::string uuid = store.run(run).uuid;
        QCOMPARE(store.run(std::to_string(run)).id, run);
        QCOMPARE(store.run(uuid).id, run);
        QCOMPARE(store.run(uuid.substr(0, 8)).id, run);
        for (const std::string name : {"", "2", "-1", "nothing", "%", uuid.substr(0, 3).c_str()})
            QCOMPARE(errorOf([&] { store.run(name); }).fault(), Fault::Input);
        QCOMPARE(errorOf([&] { store.run(int64_t{2}); }).fault(), Fault::Input);
    }

    void ambiguousPrefixesAreRefused() {
        const Place place;
        Store store = place.make();
        store.addRuns(
            {someRun("one", 0, std::string(64, 'c')), someRun("two", 0, std::string(63, 'c') + "d"), someRun("three", 1)});
        QVERIFY(says(errorOf([&] { store.runsOfTrial("cccccc"); }), "2 trials"));
        QCOMPARE(idsOf(store.runsOfTrial(std::string(64, 'c'))), QString("1"));
        QCOMPARE(idsOf(store.runsOfTrial("aaaaaa")), QString("3"));
        QVERIFY(store.runsOfTrial("0000").empty());
    }

    void filter_data() {
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("ids");
        QTest::newRow("empty") << ""
                               << "1 2 3";
        QTest::newRow("name") << "resnet"
                              << "1 2";
        QTest::newRow("case") << "RESNET"
                              << "1 2";
        QTest::newRow("all words") << "resnet plain"
                                   << "2";
        QTest::newRow("in notes") << "slow"
                                  << "1";
        QTest::newRow("in the label") << "label"
                                      << "1 2 3";
        QTest::newRow("state") << "stopped"
                               << "2";
        QTest::newRow("part of a word") << "esne"
                                        << "1 2";
        QTest::newRow("two letters") << "kd"
                                     << "1";
        QTest::newRow("other scripts fold case") << "студент"
                                                 << "3";
        QTest::newRow("percent is a letter") << "%"
                                             << "3";
        QTest::newRow("underscore is a letter") << "t_p"
                                                << "";
        QTest::newRow("quotes are letters") << "\"say\""
                                            << "3";
        QTest::newRow("operators are words") << "resnet OR nothing"
                                             << "";
        QTest::newRow("nothing") << "mobilenet"
                                 << "";
    }
    void filter() {
        QFETCH(QString, words);
        QFETCH(QString, ids);
        const Place place;
        Store store = place.make();
        NewRun slow = someRun("resnet8 KD");
        slow.notes = "a slow one";
        slow.trial = std::string(64, '1');
        store.addRuns({slow, someRun("resnet8 plain", 0, std::string(64, '2')), someRun("СТУДЕНТ 50 % \"say\" 生徒")});
        store.setState(2, RunState::Stopped);
        std::vector<RunRow> found = store.newestRuns(words.toStdString(), 9);
        std::ranges::reverse(found);
        QCOMPARE(idsOf(found), ids);
    }

    void renamedRunsAreFoundByTheirNewName() {
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun("before"));
        store.renameRun(run, "afterwards");
        QCOMPARE(store.run(run).name, std::string("afterwards"));
        QCOMPARE(store.newestRuns("afterwards", 9).size(), size_t{1});
        QCOMPARE(errorOf([&] { store.renameRun(9, "x"); }).fault(), Fault::Input);
    }

    void theTrashHidesAndGivesBack() {
        const Place place;
        Store store = place.make();
        store.addRuns({someRun("one"), someRun("two")});
        QVERIFY(says(errorOf([&] { store.deleteRun(1); }), "still going on"));
        store.setState(1, RunState::Stopped);
        store.deleteRun(1);
        const double deleted = store.run(1).deletedAt;
        QVERIFY(deleted > 0);
        store.deleteRun(1);
        QCOMPARE(store.run(1).deletedAt, deleted);
        QCOMPARE(idsOf(store.runs()), QString("2"));
        QCOMPARE(idsOf(store.runs(Store::Trash::Only)), QString("1"));
        QCOMPARE(idsOf(store.runs(Store::Trash::Include)), QString("1 2"));
        QCOMPARE(idsOf(store.runsOfTrial("aaaaaa")), QString("2"));
        store.restoreRun(1);
        QCOMPARE(idsOf(store.runs()), QString("1 2"));
        QCOMPARE(store.run(1).deletedAt, 0.0);
    }

    void aLiveProcessKeepsItsRunWhateverTheLease() {
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun());
        store.holdLease(run, -100);
        QVERIFY(store.markLostRuns().empty());
        QVERIFY(store.run(run).ownProcess);
    }

    void lostRuns_data() {
        QTest::addColumn<QString>("change");  // of this process' mark
        QTest::addColumn<double>("lease");    // seconds from now
        QTest::addColumn<bool>("lost");
        QTest::newRow("the process is gone, its lease not yet") << "pid" << 100.0 << true;
        QTest::newRow("its number is used by another process") << "start" << 100.0 << true;
        QTest::newRow("another machine, lease held") << "boot" << 100.0 << false;
        QTest::newRow("another machine, lease ended") << "boot" << -1.0 << true;
    }
    void lostRuns() {
        QFETCH(QString, change);
        QFETCH(double, lease);
        QFETCH(bool, lost);
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun());
        bring(store, run, RunState::Running);
        store.append(run, steps(0, 20));
        store.addCheckpoint(run, {.step = 10, .epoch = 1, .kind = "last", .relativePath = "x"});
        ProcessMark mark = thisProcess();
        if (change == "pid") mark.pid = 4194304;  // one above the largest number Linux gives
        if (change == "start") mark.origin += "1";
        if (change == "boot") mark.origin = "elsewhere/" + mark.origin;
        giveTo(place, run, mark, static_cast<double>(std::time(nullptr)) + lease);
        QCOMPARE(store.markLostRuns().size(), size_t(lost ? 1 : 0));
        QCOMPARE(store.run(run).state, lost ? RunState::Lost : RunState::Running);
        QVERIFY(store.markLostRuns().empty());
        if (!lost) {
            QVERIFY(says(errorOf([&] { store.holdLease(run, 10); }), "another process"));
            return;
        }
        QVERIFY(!store.run(run).reason.empty());
        QCOMPARE(store.events(run).back().kind, std::string("lost"));
        store.setState(run, RunState::Queued);
        store.rewind(run, 10, 1);
        QCOMPARE(store.events(run).front().kind, std::string("lost"));  // the history survives the rewind
        store.holdLease(run, 10);
    }

    void reusable_data() {
        QTest::addColumn<QString>("change");
        QTest::addColumn<bool>("found");
        QTest::newRow("same") << "" << true;
        for (const char* change : {"trial", "seed", "precision", "device", "state", "trash", "file", "checkpoint"})
            QTest::newRow(change) << change << false;
    }
    void reusable() {
        QFETCH(QString, change);
        QFETCH(bool, found);
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun("stage", 5));
        bring(store, run, change == "state" ? RunState::Failed : RunState::Finished);
        if (change != "file") writeBytes(place.path("weights"), "w");
        if (change != "checkpoint") store.addCheckpoint(run, {.kind = "best", .relativePath = "weights"});
        if (change == "trash") store.deleteRun(run);
        const auto answer =
            store.findReusable(std::string(64, change == "trial" ? 'z' : 'a'), change == "seed" ? 6 : 5,
                               change == "precision" ? "bfloat16" : "float32", change == "device" ? "cuda" : "cpu");
        QCOMPARE(answer, found ? std::optional(run) : std::nullopt);
    }

    void environmentIsReplaced() {
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun());
        store.setEnvironment(run, {{"precision", "bfloat16"}});
        QCOMPARE(text(store.run(run).environment), text(Json{{"precision", "bfloat16"}}));
    }

    void newCheckpointsReplaceOldOnesOfTheirKind() {
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun());
        const auto add = [&](const char* kind, int64_t step, const char* file) {
            return store.addCheckpoint(run, {.step = step,
                                             .epoch = 0.5,
                                             .kind = kind,
                                             .relativePath = file,
                                             .bytes = 3,
                                             .sha256 = "s",
                                             .facts = {{"validation_accuracy", 0.7}}});
        };
        QVERIFY(add("last", 1, "last-1").empty());
        QVERIFY(add("best", 1, "best-1").empty());
        QVERIFY(add("epoch", 1, "epoch-1").empty());
        QVERIFY(add("epoch", 2, "epoch-2").empty());
        QCOMPARE(add("last", 2, "last-2"), std::vector<std::string>{"last-1"});
        QVERIFY(add("last", 3, "last-2").empty());  // the same file again must not be removed
        QVERIFY(add("epoch", 2, "epoch-2").empty());
        QCOMPARE(store.checkpoints(run).size(), size_t{4});
        const auto last = store.checkpoint(run, "last");
        QCOMPARE(last->step, 3);
        QCOMPARE(last->epoch, 0.5);
        QCOMPARE(last->relativePath, std::string("last-2"));
        QCOMPARE(last->bytes, 3);
        QCOMPARE(last->sha256, std::string("s"));
        QCOMPARE(text(last->facts), text(Json{{"validation_accuracy", 0.7}}));
        QCOMPARE(store.checkpoint(run, "epoch")->step, 2);
        QVERIFY(!store.checkpoint(run, "other"));
    }

    void commandsAreTakenOnceInOrder() {
        const Place place;
        Store store = place.make(), other = place.open();
        const int64_t run = store.addRun(someRun());
        QVERIFY(store.takeCommands(run, 0).empty());
        other.postCommand(run, {{"command", "pause"}}, "window");
        other.postCommand(run, {{"command", "resume"}}, "window");
        const auto taken = store.takeCommands(run, 17);
        QCOMPARE(taken.size(), size_t{2});
        QCOMPARE(text(taken[0].at("command")), text(Json("pause")));
        QCOMPARE(text(taken[1].at("command")), text(Json("resume")));
        QVERIFY(store.takeCommands(run, 18).empty());
        QCOMPARE(errorOf([&] { store.postCommand(99, {}, "x"); }).fault(), Fault::Input);
    }

    void draftsAreKeptAndReplaced() {
        const Place place;
        Store store = place.make();
        const int64_t first = store.saveDraft({.name = "one", .document = {{"a", 1}}});
        const int64_t second = store.saveDraft({.name = "two", .document = {{"a", 2}}});
        QCOMPARE(store.saveDraft({.id = first, .name = "one again", .document = {{"a", 3}}}), first);
        const auto drafts = place.open(Store::Mode::Read).drafts();
        QCOMPARE(drafts.size(), size_t{2});
        QCOMPARE(drafts[0].name, std::string("one again"));
        QCOMPARE(text(drafts[0].document), text(Json{{"a", 3}}));
        QVERIFY(drafts[0].updated > 0);
        QCOMPARE(drafts[1].id, second);
    }

    void otherConnectionsAreNoticed() {
        const Place place;
        Store writer = place.make(), reader = place.open(Store::Mode::Read);
        const int64_t before = reader.dataVersion();
        QCOMPARE(reader.dataVersion(), before);
        writer.addRun(someRun());
        QVERIFY(reader.dataVersion() != before);
    }

    void filesOfARunLieBesideTheStore() {
        const Place place;
        const auto folder = place.make().runFolder("1234");
        QVERIFY(std::filesystem::is_directory(folder));
        QVERIFY(folder.string().starts_with(place.folder.path().toStdString()));
    }

    void healthNamesEveryFileThatIsNotAsItWas() {
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun());
        store.append(run, steps(0, 9));
        const auto add = [&](const char* name) {
            writeBytes(place.path(name), "content");
            store.addCheckpoint(run,
                                {.kind = "epoch", .relativePath = name, .bytes = 7, .sha256 = sha256(std::string("content"))});
        };
        for (const char* name : {"good", "gone", "longer", "changed"})
            add(name);
        QVERIFY(store.check().ok);
        QCOMPARE(store.check().runs, 1);
        QCOMPARE(store.check().points, 10);
        QFile::remove(QString::fromStdString(place.path("gone").string()));
        writeBytes(place.path("longer"), "contents");
        writeBytes(place.path("changed"), "CONTENT");
        const auto health = store.check();
        QVERIFY(!health.ok);
        QCOMPARE(health.findings.size(), size_t{3});
        for (size_t i = 0; i < 3; ++i)
            QVERIFY(QString::fromStdString(health.findings[i]).contains(std::array{"gone", "longer", "changed"}[i]));
    }
};

int testRuns(int argc, char** argv) {
    TestRuns test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_runs.moc"
