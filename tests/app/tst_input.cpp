#include <QImage>

#include "tests/app/support.h"

using namespace gaplab;

namespace {

/// Class folders of small pictures.
void writePictures(const Workplace& workplace, const QString& folder, const QStringList& classes, int aClass) {
    for (const QString& name : classes)
        for (int i = 0; i < aClass; ++i) {
            QImage picture(16, 16, QImage::Format_RGB888);
            picture.fill(QColor((i * 37) % 256, static_cast<int>(name.size() * 50) % 256, 80));
            const QString path = workplace.path(QString("%1/%2/%3.png").arg(folder, name).arg(i));
            QDir().mkpath(QFileInfo(path).path());
            if (!picture.save(path)) qFatal("cannot write %s", qPrintable(path));
        }
}

}  // namespace

/// What the person gave is at fault: exit code 2, one clear message, nothing stored.
class InputTests : public QObject {
    Q_OBJECT

    void compareRefusal(const Answer& answer, const QString& words, const QString& path = {}) {
        QVERIFY2(answer.code == 2, answer.told());
        const Json document = answer.json();
        QVERIFY2(document.is_object() && document.size() == 1 && document.contains("error"), answer.told());
        const Json& error = document.at("error");
        QVERIFY2(!error.at("message").get<std::string>().empty(), answer.told());
        QVERIFY2(error.at("problems").is_array() && error.contains("hint"), answer.told());
        QVERIFY2(answer.out.contains(words.toUtf8()), answer.told());
        bool found = path.isEmpty();
        for (const Json& problem : error.at("problems"))
            found |= problem.at("path") == path.toStdString();
        QVERIFY2(found, answer.told());
    }

private Q_SLOTS:
    void init() { workplace_ = std::make_unique<Workplace>(); }

    void faultyDocumentsAreRefusedAtTheirPath_data() {
        QTest::addColumn<QString>("assignment");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const char* assignment, const char* path, const char* words) {
            QTest::newRow(name) << assignment << path << words;
        };
        row("misspelt key", "training.epoch=3", "training.epoch", "epochs");
        row("misspelt group", "trainin.epochs=3", "trainin", "training");
        row("wrong type", "training.epochs=many", "training.epochs", "many");
        row("fraction of an epoch", "training.epochs=1.5", "training.epochs", "1.5");
        row("negative epochs", "training.epochs=-3", "training.epochs", "-3");
        row("unknown architecture", "student.architecture=resnet9", "student.architecture", "resnet8");
        row("unknown source", "data.source=shape", "data.source", "shapes");
        row("unknown optimizer", "training.optimizer.kind=sdg", "training.optimizer.kind", "sgd");
        row("validation of everything", "data.validation=1.5", "data.validation", "1.5");
        row("newer schema", "schema=99", "schema", "99");
        row("dynamic teacher", "teachers={\"dynamic\": {\"kind\": \"gpt\"}}", "teachers.dynamic.kind", "gpd");
        row("seeds that are no list", "seeds=3", "seeds", "3");
    }
    void faultyDocumentsAreRefusedAtTheirPath() {
        QFETCH(QString, assignment);
        QFETCH(QString, path);
        QFETCH(QString, words);
        compareRefusal(workplace_->runJson({"train", "tiny.json", "--set", assignment}), words, path);
        QVERIFY(!workplace_->hasStore());
    }

    void everyWayOfAskingRefusesAFaultyDocument() {
        const QStringList faulty = {"tiny.json", "--set", "training.epoch=3"};
        compareRefusal(workplace_->runJson(QStringList{"check"} + faulty), "epochs", "training.epoch");
        compareRefusal(workplace_->runJson(QStringList{"check", "--no-data"} + faulty), "epochs", "training.epoch");
        const Answer text = workplace_->run(QStringList{"train"} + faulty);
        QCOMPARE(text.code, 2);
        QVERIFY2(text.out.isEmpty() && text.err.contains("training.epoch") && text.err.contains("\"epochs\""), text.told());
    }

    void everyProblemIsToldAtOnce() {
        const Answer answer = workplace_->runJson(
            {"train", "tiny.json", "--set", "training.epochs=-1", "--set", "student.architecture=x", "--set", "colour=1"});
        compareRefusal(answer, "colour", "colour");
        QCOMPARE(answer.json().at("error").at("problems").size(), size_t{3});
    }

    void faultyArgumentsAreRefused_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const QStringList& arguments, const char* words) {
            QTest::newRow(name) << arguments << words;
        };
        row("misspelt command", {"trian", "tiny.json"}, "train");
        row("no experiment", {"train"}, "EXPERIMENT");
        row("missing file", {"train", "absent.json"}, "absent.json");
        row("folder for a file", {"train", "."}, "folder");
        row("not JSON", {"train", "broken.json"}, "broken.json");
        row("key twice", {"train", "twice.json"}, "name");
        row("unknown option", {"train", "tiny.json", "--sedes", "1"}, "--sedes");
        row("seed that is no number", {"train", "tiny.json", "--seed", "x"}, "x");
        row("unknown device", {"train", "tiny.json", "--device", "tpu"}, "tpu");
        row("negative threads", {"train", "tiny.json", "--threads=-1"}, "-1");
        row("assignment without value", {"train", "tiny.json", "--set", "training.epochs"}, "training.epochs");
        row("unknown kind", {"list", "architecture"}, "architectures");
        row("store without verb", {"store"}, "subcommand");
        row("unknown data set", {"data", "fetch", "cifar11"}, "cifar10");
        row("shard without sweep", {"train", "tiny.json", "--shard", "1/2"}, "--sweep");
        row("sweep that is not there", {"train", "tiny.json", "--sweep", "absent.json"}, "absent.json");
        row("sweep that is not JSON", {"train", "tiny.json", "--sweep", "broken.json"}, "broken.json");
        row("cap without its question", {"compare", "1", "2", "--cap", "5"}, "--until-decided");
    }
    void faultyArgumentsAreRefused() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, words);
        workplace_->write("broken.json", "{\"schema\": 1,\n \"name\": }");
        workplace_->write("twice.json", "{\"schema\": 1, \"name\": \"a\", \"name\": \"b\"}");
        compareRefusal(workplace_->runJson(arguments), words);
        QVERIFY(!workplace_->hasStore());
    }

    void aMissingDataFolderLeavesNoStore() {
        const QString nowhere = workplace_->path("nowhere");
        const QStringList folder = {"--set", "data={\"source\": \"folder\", \"path\": \"" + nowhere + "\"}"};
        compareRefusal(workplace_->runJson(QStringList{"train", "tiny.json"} + folder), "nowhere");
        compareRefusal(workplace_->runJson(QStringList{"check", "tiny.json"} + folder), "nowhere");
        QVERIFY(!workplace_->hasStore());
    }

    void oneClassIsNoClassification() {
        writePictures(*workplace_, "single", {"cat"}, 20);
        const QStringList folder = {"--set", "data={\"source\": \"folder\", \"path\": \"" + workplace_->path("single") + "\"}"};
        compareRefusal(workplace_->runJson(QStringList{"train", "tiny.json"} + folder), "class");
        QVERIFY(!workplace_->hasStore());
    }

    void aBrokenPictureIsNamedAndCanBeSkipped() {
        writePictures(*workplace_, "pets", {"cat", "dog"}, 30);
        workplace_->write("pets/dog/broken.png", workplace_->read("pets/dog/1.png").left(40));
        const QString data =
            "data={\"source\": \"folder\", \"size\": 16, \"validation\": 0.2, \"path\": \"" + workplace_->path("pets") + "\"%1}";
        compareRefusal(workplace_->runJson({"train", "tiny.json", "--set", data.arg("")}), "broken.png");
        QVERIFY(!workplace_->hasStore());
        const Answer skipped = workplace_->runJson({"check", "tiny.json", "--set", data.arg(", \"on_error\": \"skip\"")});
        QVERIFY2(skipped.code == 0, skipped.told());
        QCOMPARE(skipped.json().at("data").at("skipped_files").size(), size_t{1});
    }

    void aFaultyRunInAnExistingStoreLeavesItAsItWas() {
        QCOMPARE(workplace_->run({"train", "tiny.json", "--set", "training.epochs=1"}).code, 0);
        compareRefusal(
            workplace_->runJson({"train", "tiny.json", "--set", "data={\"source\": \"folder\", \"path\": \"/nowhere\"}"}),
            "/nowhere");
        QCOMPARE(workplace_->runJson({"runs"}).json().at("runs").size(), size_t{1});
    }

    void readingCommandsWantAStore_data() {
        QTest::addColumn<QStringList>("arguments");
        for (const QStringList& arguments : {QStringList{"runs"},
                                             {"show", "1"},
                                             {"compare", "1", "2"},
                                             {"resume", "1"},
                                             {"delete", "1"},
                                             {"restore", "1"},
                                             {"store", "check"}})
            QTest::newRow(qPrintable(arguments.join(' '))) << arguments;
    }
    void readingCommandsWantAStore() {
        QFETCH(QStringList, arguments);
        compareRefusal(workplace_->runJson(arguments), "store.db");
        QVERIFY(!workplace_->hasStore());
    }

    void aFileThatIsNoStoreIsLeftUntouched() {
        const QByteArray diary = QByteArray("Dear diary, ").repeated(500);
        workplace_->write("store.db", diary);
        for (const QStringList& arguments : {QStringList{"train", "tiny.json"}, {"runs"}, {"delete", "1"}, {"store", "check"}})
            compareRefusal(workplace_->runJson(arguments), "store.db");
        QCOMPARE(workplace_->read("store.db"), diary);
        QVERIFY(!QFile::exists(workplace_->path("store.db-wal")));
    }

    void aStoreOfANewerVersionCanBeReadButNotWritten() {
        QCOMPARE(workplace_->run({"train", "tiny.json", "--set", "training.epochs=1"}).code, 0);
        const auto python = workplace_->prepare(
            "python3", {"-c", "import sqlite3; sqlite3.connect('store.db').execute('PRAGMA user_version = 99')"});
        python->start();
        QCOMPARE(Workplace::wait(*python).code, 0);
        const QByteArray store = workplace_->read("store.db");
        const Answer read = workplace_->runJson({"runs"});
        QVERIFY2(read.code == 0 && read.json().at("runs").size() == 1, read.told());
        for (const QStringList& arguments : {QStringList{"train", "tiny.json"}, {"delete", "1"}, {"resume", "1"}})
            compareRefusal(workplace_->runJson(arguments), "newer");
        QCOMPARE(workplace_->read("store.db"), store);
    }

    void aStoreThatCannotBeMadeIsTheWorldsFault() {
        const auto process = workplace_->prepare(Workplace::cli(), {"train", "tiny.json", "--json", "--store", "/proc/store.db"});
        process->start();
        const Answer answer = Workplace::wait(*process);
        QVERIFY2(answer.code == 1, answer.told());
        QVERIFY2(answer.json().contains("error"), answer.told());
    }

    void aMissingFolderForTheStoreIsToldBeforeAnythingIsDone() {
        const auto process = workplace_->prepare(
            Workplace::cli(), {"train", "tiny.json", "--json", "--store", workplace_->path("absent/store.db")});
        process->start();
        compareRefusal(Workplace::wait(*process), "absent");
        QVERIFY(!QFile::exists(workplace_->path("absent")));
    }

private:
    std::unique_ptr<Workplace> workplace_;
};

int runInputTests(int argc, char** argv) {
    InputTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_input.moc"
