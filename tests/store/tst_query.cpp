#include <rapidcheck.h>

#include <QTest>

#include "core/store/connection.h"
#include "core/store/run_query.h"
#include "tests/store/fixture.h"
#include "tests/store/suites.h"

using namespace gaplab;
using namespace gaplab::test;

namespace {

SeriesSummary series(const std::string& name, double low, double last, double high) {
    SeriesSummary summary;
    summary.name = name;
    summary.direction = "up";
    summary.count = 3;
    summary.minimum.value = low;
    summary.last.value = last;
    summary.maximum.value = high;
    return summary;
}

RunRow distilled() {
    RunRow run;
    run.id = 12;
    run.name = "Paper run, T=4";
    run.trialLabel = "resnet8 under resnet20";
    run.notes = "Repeat with more epochs";
    run.seed = 3;
    run.kind = "experiment";
    run.state = RunState::Finished;
    run.dataName = "folder";
    run.tags = {"paper", "table-2"};
    run.folder = "paper/ablation";
    run.started = 1000;
    run.finished = 1000 + 90 * 60;
    run.networks = {{"student", {{"architecture", "resnet8"}}}, {"static", {{"architecture", "resnet20"}}}};
    run.document = Json::parse(R"({"teachers": {"static": {"kind": "static"}}, "knowledge": [{"loss": "kd", "temperature": 4.0}],
      "training": {"epochs": 30, "optimizer": {"kind": "sgd", "lr": 0.1}}, "data": {"augment": ["crop"]}})");
    run.series = {series("student/validation/accuracy", 0.1, 0.7, 0.72), series("gap/validation/accuracy", -0.01, 0.035, 0.2),
                  series("student/train/loss", 0.4, 0.5, 2)};
    return run;
}

}  // namespace

class TestQuery : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void linesMatchOrNot_data() {
        QTest::addColumn<QString>("line");
        QTest::addColumn<bool>("matches");
        const auto yes = [](const char* line) { QTest::newRow(line) << line << true; };
        const auto no = [](const char* line) { QTest::newRow(line) << line << false; };
        for (const char* line : {"",
                                 "   ",
                                 "paper",
                                 "PAPER run",
                                 "\"paper run\"",
                                 "kd",
                                 "resnet20 finished",
                                 "student:resnet8",
                                 "student:resnet*",
                                 "student:vgg*,resnet?",
                                 "teacher:*20",
                                 "teachers:static",
                                 "loss:kd,dkd",
                                 "state:finished",
                                 "-state:failed",
                                 "tag:paper",
                                 "tag:table-*",
                                 "folder:paper",
                                 "folder:paper/ablation",
                                 "notes:epochs",
                                 "name:\"paper run\"",
                                 "acc>70%",
                                 "acc>=0.72",
                                 "acc.last<0.71",
                                 "gap<=3.5",
                                 "gap=3.5",
                                 "gap.min<0",
                                 "gap.max>19.9",
                                 "seed:0..4",
                                 "seed:1,3",
                                 "run:12",
                                 "epochs=30",
                                 "minutes>60",
                                 "training.optimizer.lr<0.2",
                                 "training.optimizer.kind:sgd",
                                 "knowledge[0].temperature:4",
                                 "student/train/loss.last<1",
                                 "student/train/loss.max=2",
                                 "student/train/loss.min!=2",
                                 "-tag:other student:resnet8* acc>0.5",
                                 "state!=failed",
                                 "data.augment[0]:crop",
                                 "-"})
            yes(line);
        for (const char* line : {"absent",
                                 "\"run paper\"",
                                 "-paper",
                                 "student:resnet20",
                                 "student:resnet",
                                 "teacher:vgg*",
                                 "tag:pap",
                                 "folder:ablation",
                                 "folder:paper/abl",
                                 "acc>80%",
                                 "acc<70%",
                                 "test>0",
                                 "seed:4..9",
                                 "seed!=3",
                                 "training.momentum>0",
                                 "knowledge[1].temperature:4",
                                 "student/train/loss.last>1",
                                 "other/a/b>0",
                                 "training.optimizer.lr:sgd",
                                 "-state:finished"})
            no(line);
    }
    void linesMatchOrNot() {
        QFETCH(QString, line);
        QFETCH(bool, matches);
        QCOMPARE(RunQuery(line.toStdString()).matches(distilled()), matches);
    }

    void whatCannotBeUnderstoodIsNamed_data() {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("said");
        QTest::newRow("no such field") << "studnet:resnet8"
                                       << "there is no field studnet (did you mean student?)";
        QTest::newRow("no number") << "acc>much"
                                   << "\"much\" is not a number";
        QTest::newRow("half a range") << "seed:0.."
                                      << "\"\" is not a number";
        QTest::newRow("nothing behind it") << "acc>"
                                           << "there is nothing to compare with";
        QTest::newRow("a text that is more") << "student>resnet8"
                                             << "student is a text";
        QTest::newRow("open quotation") << "\"paper"
                                        << "a quotation mark is not closed";
        QTest::newRow("behind a minus") << "-colour:red"
                                        << "there is no field colour";
    }
    void whatCannotBeUnderstoodIsNamed() {
        QFETCH(QString, line);
        QFETCH(QString, said);
        const Error error = errorOf([&] { RunQuery(line.toStdString()); });
        QCOMPARE(error.fault(), Fault::Input);
        QVERIFY2(says(error, qPrintable(said)), error.what());
    }

    void anyLineIsUnderstoodOrRefused() {
        const RunRow run = distilled();
        QVERIFY(rc::check([&run](const std::string& noise) {
            const std::string line =
                *rc::gen::element<std::string>("", "acc>", "student:", "training.", "knowledge[", "-", "a/b/c.") + noise;
            try {
                RunQuery(line).matches(run);
            } catch (const Error&) {
            }
        }));
    }

    /// A pattern of many stars is no way to keep the window busy.
    void starsTakeNoTime() {
        RunRow run = distilled();
        run.name = std::string(20'000, 'a');
        std::string pattern;
        for (int i = 0; i < 200; ++i)
            pattern += "*a";
        QVERIFY(!RunQuery("name:" + pattern + "b").matches(run));
    }

    void completionKnowsFieldsAndValues() {
        const RunRow run = distilled();
        RunRow other = run;
        other.tags = {"alone"};
        QCOMPARE(queryValues("tag", {&run, &other}), (std::vector<std::string>{"alone", "paper", "table-2"}));
        QVERIFY(queryValues("acc", {&run}).empty());
        for (const auto& [field, help] : queryFields())
            QVERIFY(!help.empty());
    }

    void tagsNotesAndFoldersAreKept() {
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun("first")), other = store.addRun(someRun("second"));
        store.setTags(run, {"paper", "again", "paper"});
        store.setNotes(run, "worth a look");
        store.moveRun(run, "paper/ablation");
        store.moveRun(other, "paper");
        QCOMPARE(store.run(run).tags, (std::vector<std::string>{"again", "paper"}));
        QCOMPARE(store.run(run).notes, std::string("worth a look"));
        QCOMPARE(store.run(run).folder, std::string("paper/ablation"));
        QCOMPARE(store.folders(), (std::vector<std::string>{"paper", "paper/ablation"}));
        QCOMPARE(store.newestRuns("again", 9).size(), size_t{1});  // full text
        QCOMPARE(store.newestRuns("look", 9).size(), size_t{1});
        store.setTags(run, {});
        QVERIFY(store.run(run).tags.empty());
        QVERIFY(store.newestRuns("again", 9).empty());
        store.removeFolder("paper");
        QVERIFY(store.folders().empty());
        QCOMPARE(store.run(run).folder, std::string());
        store.moveRun(run, "paper");
        store.moveRun(run, "");
        QCOMPARE(store.folders(), std::vector<std::string>{"paper"});  // an empty one stays
        for (const char* tag : {"", "two words", "a,b"})
            QCOMPARE(errorOf([&] { store.setTags(run, {"good", tag}); }).fault(), Fault::Input);
        for (const char* folder : {"/", "a//b", "a/"})
            QCOMPARE(errorOf([&] { store.moveRun(run, folder); }).fault(), Fault::Input);
        QVERIFY(store.run(run).tags.empty());
        QVERIFY(store.check().ok);
    }

    void labelsOfSeveralRunsArePutOnTogetherOrNotAtAll() {
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun("first")), other = store.addRun(someRun("second"));
        store.setTags(run, {"old", "kept"});
        store.label({run, other}, {.tags = {"new"}, .untags = {"old"}, .notes = "a note", .folder = "paper"});
        QCOMPARE(store.run(run).tags, (std::vector<std::string>{"kept", "new"}));
        QCOMPARE(store.run(other).tags, std::vector<std::string>{"new"});
        for (const int64_t id : {run, other}) {
            QCOMPARE(store.run(id).notes, std::string("a note"));
            QCOMPARE(store.run(id).folder, std::string("paper"));
        }
        QCOMPARE(store.newestRuns("new", 9).size(), size_t{2});
        QVERIFY(store.newestRuns("old", 9).empty());
        const Store::Labels good{.tags = {"more"}, .notes = "another", .folder = "elsewhere"};
        Store::Labels badFolder = good, badTag = good;
        badFolder.folder = "a//b";
        badTag.tags.emplace_back("two words");
        QCOMPARE(errorOf([&] { store.label({run, other}, badFolder); }).fault(), Fault::Input);
        QCOMPARE(errorOf([&] { store.label({run, other}, badTag); }).fault(), Fault::Input);
        QCOMPARE(errorOf([&] { store.label({run, 99}, good); }).fault(), Fault::Input);
        QCOMPARE(store.run(run).tags, (std::vector<std::string>{"kept", "new"}));
        QCOMPARE(store.run(run).notes, std::string("a note"));
        QCOMPARE(store.folders(), std::vector<std::string>{"paper"});
        store.label({run}, {.folder = ""});
        QCOMPARE(store.run(run).folder, std::string());
        QCOMPARE(store.run(run).notes, std::string("a note"));
    }

    void filesOfARunThatComesInAreKeptFromPurges() {
        const Place place;
        Store store = place.make();
        WholeRun run{.facts = someRun(), .uuid = "0f5f4de6-0452-4e54-92b6-f416c2fe6cf3"};
        // on the way: nobody takes them away
        const auto file = store.incomingFolder(run.uuid) / "last.safetensors";
        writeBytes(file, "x");
        QCOMPARE(store.removeLeftFiles(), 0);
        QVERIFY(std::filesystem::exists(file));
        // the import was killed, a day ago
        const auto age = [&] {
            Connection(place.path(), Connection::Access::Write).database().exec("UPDATE to_delete SET at = at - 90000");
        };
        age();
        QCOMPARE(store.removeLeftFiles(), 1);
        QVERIFY(!std::filesystem::exists(file));
        // it was done again, and came to its end
        writeBytes(store.incomingFolder(run.uuid) / "last.safetensors", "x");
        age();
        store.addWholeRuns({&run, 1});
        QCOMPARE(store.removeLeftFiles(), 0);
        QVERIFY(std::filesystem::exists(file));
        QCOMPARE(errorOf([&] { (void)store.incomingFolder(run.uuid); }).fault(), Fault::Input);
    }

    void purgeTakesRunsAndTheirFilesForEver() {
        const Place place;
        Store store = place.make();
        const int64_t teacher = store.addRun(someRun("teacher"));
        NewRun made = someRun("student", 0, std::string(64, 'b'));
        made.from = {{"static", teacher}};
        const int64_t student = store.addRun(made), other = store.addRun(someRun("other", 1));
        for (const int64_t run : {teacher, student, other}) {
            bring(store, run, RunState::Finished);
            store.append(run, steps(0, 2000));
            store.setTags(run, {"t" + std::to_string(run)});
            writeBytes(store.runFolder(store.run(run).uuid) / "last.safetensors", QByteArray(1000, 'x'));
        }
        QCOMPARE(errorOf([&] { (void)store.planPurge({teacher}); }).fault(), Fault::Input);  // not in the trash
        store.deleteRun(teacher);
        QVERIFY(says(errorOf([&] { (void)store.planPurge({teacher}); }), "made with the weights"));
        store.deleteRun(student);
        const Store::Purge plan = store.planPurge();
        QCOMPARE(plan.runs, (std::vector<int64_t>{teacher, student}));
        QCOMPARE(plan.bytes, 2000);
        const auto folder = place.path(plan.paths[0]);
        QVERIFY(std::filesystem::exists(folder));
        store.purge(plan);
        QVERIFY(!std::filesystem::exists(folder));
        QCOMPARE(store.runs(Store::Trash::Include).size(), size_t{1});
        QVERIFY(store.check().ok);
        QVERIFY(std::filesystem::exists(store.runFolder(store.run(other).uuid) / "last.safetensors"));
        store.restoreRun(other);
        QVERIFY(store.planPurge().runs.empty());
        // A crash between rows and files: the files go later.
        Connection(place.path(), Connection::Access::Write)
            .database()
            .exec("INSERT INTO to_delete(rel_path, at) VALUES('gaplab-files/left', 0)");
        std::filesystem::create_directories(place.path("gaplab-files/left"));
        QCOMPARE(store.removeLeftFiles(), 1);
        QVERIFY(!std::filesystem::exists(place.path("gaplab-files/left")));
        store.compact();
        store.backUp(place.path("copy.db"));
        QCOMPARE(Store(place.path("copy.db"), Store::Mode::Read).runs().size(), size_t{1});
        QCOMPARE(errorOf([&] { store.backUp(place.path("copy.db")); }).fault(), Fault::Input);
    }

    void fieldsAreReadByTheirNames() {
        const RunRow run = distilled();
        const auto number = [&](const char* name) { return runField(name)->number(run); };
        QCOMPARE(number("training.optimizer.lr"), std::optional(0.1));
        QCOMPARE(number("student/train/loss.max"), std::optional(2.0));
        QCOMPARE(number("Gap"), std::optional(3.5));
        QCOMPARE(runField("training.optimizer.kind")->texts(run), std::vector<std::string>{"sgd"});
        QCOMPARE(runField("training.optimizer.kind")->number(run), std::optional<double>());
        QVERIFY(!runField("studnt"));
        const std::vector<std::string> names = fieldsOfRuns({&run});
        for (const char* name : {"knowledge[0].temperature", "data.augment", "training.epochs", "student/train/loss.best"})
            QVERIFY2(std::ranges::find(names, name) != names.end(), name);
        for (const std::string& name : names)
            QVERIFY2(runField(name)->number(run) || !runField(name)->texts(run).empty(), name.c_str());
    }
};

int testQuery(int argc, char** argv) {
    TestQuery test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_query.moc"
