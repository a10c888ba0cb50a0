#include <rapidcheck.h>

#include <QTest>
#include <fmt/format.h>

#include "core/interop/event_file.h"
#include "core/store/foreign_database.h"
#include "tests/interop/incoming.h"
#include "tests/interop/suites.h"

using namespace gaplab;
using namespace gaplab::test;
namespace fs = std::filesystem;

namespace {

std::string runFile() {
    return format("json").write({finishedRun()}).front().content;
}

/// A run file with one value changed.
std::string runFileWith(const char* pointer, const Json& value) {
    Json document = Json::parse(runFile());
    document[Json::json_pointer(pointer)] = value;
    return document.dump();
}

std::string framed(const std::string& payload) {
    const auto raw = [](auto value) { return std::string(reinterpret_cast<const char*>(&value), sizeof value); };
    const std::string length = raw(uint64_t{payload.size()});
    return length + raw(maskedChecksum(length)) + payload + raw(maskedChecksum(payload));
}

std::string withByte(std::string bytes, size_t place) {
    bytes.at(place) = static_cast<char>(bytes[place] ^ 0x10);
    return bytes;
}

/// The name that a file of this format has.
std::string fileName(const std::string& format) {
    if (format == "tensorboard") return "events.out.tfevents.1";
    return format == "mlflow" ? "mlflow.db" : "runs." + format;
}

}  // namespace

/// Files from outside may hold anything.
class TestHostileFiles : public QObject {
    Q_OBJECT

    const Place place_;

    /// Whether the file is read, or refused as the input's fault; anything else would be a crash waiting to happen.
    bool isReadOrRefused(const std::string& name, const fs::path& file, const std::string& content, const fs::path& given) const {
        writeFile(file, content);
        try {
            readRuns(given, name);
            return true;
        } catch (const Error& error) {
            return error.fault() == Fault::Input;
        }
    }

private Q_SLOTS:
    void brokenFilesAreRefusedWithTheReason_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* format, const char* name, const std::string& content, const char* reason) {
            QTest::addRow("%s: %s", format, name) << QString(format) << QByteArray::fromStdString(content) << QString(reason);
        };
        row("json", "empty", "", "line 1");
        row("json", "cut off", runFile().substr(0, 300), "cannot be read at line 1");
        row("json", "another document", "{}", "not a run written by GapLab");
        row("json", "a list", "[1]", "not a run written by GapLab");
        row("json", "nested without end", std::string(100000, '['), "nested more than");
        row("json", "not UTF-8", "{\"a\": \"\xff\"}", "UTF-8");
        row("json", "newer", runFileWith("/gaplab_run", 2), "is of version 2");
        row("json", "a uuid that is a path", runFileWith("/uuid", "../../../../etc"), "uuid must be a uuid");
        row("json", "no number", runFileWith("/series/student~1train~1loss/value/1", "many"),
            "series.student/train/loss.value[1] must be a number");
        row("json", "a number as text", runFileWith("/series/student~1train~1loss/value/1", "1.5"), "must be a number");
        row("json", "columns of unlike length", runFileWith("/series/student~1train~1loss/wall", {1}), "as long as");
        row("json", "a seed too large", runFileWith("/seed", -1), "seed must be a whole number");
        row("json", "a class too large",
            runFileWith("/predictions",
                        {{{"role", "a"}, {"split", "b"}, {"epoch", 1}, {"classes", {65536}}, {"confidences", {1}}}}),
            "predictions[0].classes[0] must be a whole number");
        row("json", "a run that goes on", runFileWith("/state", "running"), "which has ended");
        row("json", "an unknown state", runFileWith("/state", "asleep"), "must be a state of a run");
        row("json", "a trial that is none", runFileWith("/trial/hash", "x"), "64 hexadecimal digits");
        row("json", "a document that is none", runFileWith("/document", 5), "document must be an object");

        row("csv", "empty", "", "is empty");
        row("csv", "other columns", "a,b\n1,2\n", "no column \"step\"");
        row("csv", "no value", "metric,step\na,1\n", "none named \"value\"");
        row("csv", "a column twice", "step,a,a\n1,2,3\n", "there twice");
        row("csv", "a short row", "metric,step,value\nloss,1\n", "line 2: there are 2 cells instead of 3");
        row("csv", "no number", "metric,step,value\nloss,1,2\nloss,2,much\n", "line 3: \"much\"");
        row("csv", "no step", "metric,step,value\nloss,1.5,2\n", "line 2: the step \"1.5\"");
        row("csv", "a negative step", "metric,step,value\nloss,-1,2\n", "from 0 on");
        row("csv", "a huge step", "metric,step,value\nloss,99999999999999999999,2\n", "from 0 on");
        row("csv", "open quotation marks", "metric,step,value\n\"loss,1,2\n", "line 2: quotation marks");
        row("csv", "text behind quotation marks", "metric,step,value\n\"loss\"x,1,2\n", "line 2: a comma");
        row("csv", "not UTF-8", "metric,step,value\nlo\xffss,1,2\n", "UTF-8");

        const std::string good = versionRecord(1) + scalarRecord({"loss", 1, 2, 3});
        row("tensorboard", "wrong checksum of a length", withByte(good, 8), "byte 0: the checksum of the length");
        row("tensorboard", "wrong length", withByte(good, 0), "byte 0: the checksum of the length");
        row("tensorboard", "wrong byte", withByte(good, good.size() - 6), "checksum of a record");
        row("tensorboard", "text", "this is a text, and no event file", "checksum");
        row("tensorboard", "no message", framed("\xff\xff"), "no event of TensorBoard");
        row("tensorboard", "a field longer than its record", framed(std::string("\x2a\xff\xff\xff\xff\x0f", 6)), "no event");
        row("tensorboard", "a number without end", framed(std::string("\x10") + std::string(20, '\xff')), "no event");
        row("tensorboard", "a time of four bytes", framed(std::string("\x0d\0\0\0\0", 5)), "no event");
        row("tensorboard", "a tag that is not UTF-8", scalarRecord({"\xff", 1, 2, 3}), "UTF-8");

        row("mlflow", "no database", std::string(5000, 'x'), "not an SQLite file");
        row("mlflow", "a header alone", std::string("SQLite format 3\0", 16) + std::string(200, '\0'), "mlflow.db");
    }
    void brokenFilesAreRefusedWithTheReason() {
        QFETCH(QString, format);
        QFETCH(QByteArray, content);
        QFETCH(QString, reason);
        const fs::path path = place_.path(fileName(format.toStdString()));
        writeBytes(path, content);
        const Error error = errorOf([&] { readRuns(path, format.toStdString()); });
        QCOMPARE(error.fault(), Fault::Input);
        QVERIFY2(says(error, reason.toUtf8()), error.what());
        QVERIFY2(says(error, path.filename().c_str()), error.what());
    }

    void brokenLinesOfMlflowAreNamed_data() {
        QTest::addColumn<QString>("line");
        for (const char* line : {"x", "1 2 3.5", "1 much 3", "1", "yesterday 1 2"})
            QTest::newRow(line) << line;
    }
    void brokenLinesOfMlflowAreNamed() {
        QFETCH(QString, line);
        const fs::path root = place_.path("broken");
        writeMlflowFolder(root);
        writeFile(root / "1" / "abc123" / "metrics" / "loss", "1700000001000 2.5 0\n" + line.toStdString() + "\n");
        const Error error = errorOf([&] { readRuns(root); });
        QCOMPARE(error.fault(), Fault::Input);
        QVERIFY2(says(error, "loss, line 2"), error.what());
    }

    void anyBytesAreReadOrRefused_data() {
        QTest::addColumn<QString>("format");
        for (const char* format : {"json", "csv", "tensorboard", "mlflow"})
            QTest::newRow(format) << format;
    }
    void anyBytesAreReadOrRefused() {
        QFETCH(QString, format);
        const std::string name = format.toStdString();
        const fs::path path = place_.path(fileName(name));
        QVERIFY(
            rc::check("any bytes", [&] { RC_ASSERT(isReadOrRefused(name, path, *rc::gen::arbitrary<std::string>(), path)); }));
    }

    void damagedFilesAreReadOrRefused_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QByteArray>("good");
        const auto row = [](const char* format, const std::string& good) {
            QTest::newRow(format) << QString(format) << QByteArray::fromStdString(good);
        };
        row("json", runFile());
        row("csv", format("csv").write({finishedRun()}).front().content);
        row("tensorboard", format("tensorboard").write({finishedRun()}).front().content);
        const fs::path database = place_.path("some.db");
        Store(database, Store::Mode::Create).addRun(someRun());
        row("mlflow", bytesOf(database).toStdString());
    }
    void damagedFilesAreReadOrRefused() {
        QFETCH(QString, format);
        QFETCH(QByteArray, good);
        const std::string name = format.toStdString();
        const fs::path path = place_.path(fileName(name));
        QVERIFY(rc::check("changed and cut", [&] {
            std::string bytes = good.toStdString();
            for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
                bytes[*rc::gen::inRange<size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
            if (*rc::gen::arbitrary<bool>()) bytes.resize(*rc::gen::inRange<size_t>(0, bytes.size()));
            RC_ASSERT(isReadOrRefused(name, path, bytes, path));
        }));
    }

    void anyMessageInASoundRecordIsReadOrRefused() {
        const fs::path path = place_.path("events.out.tfevents.2");
        const std::string good = scalarRecord({"loss", 1, 2, 3});
        const std::string payload = good.substr(12, good.size() - 16);
        QVERIFY(rc::check("any event", [&] {
            std::string bytes = *rc::gen::arbitrary<bool>() ? payload : *rc::gen::arbitrary<std::string>();
            if (!bytes.empty()) bytes[*rc::gen::inRange<size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
            RC_ASSERT(isReadOrRefused("tensorboard", path, versionRecord(0) + framed(bytes), path));
        }));
    }

    void anyTextInAFolderIsReadOrRefused_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("file");
        QTest::newRow("mlflow: meta") << "mlflow"
                                      << "1/abc123/meta.yaml";
        QTest::newRow("mlflow: metric") << "mlflow"
                                        << "1/abc123/metrics/loss";
        QTest::newRow("mlflow: parameter") << "mlflow"
                                           << "1/abc123/params/lr";
        QTest::newRow("wandb: config") << "wandb"
                                       << "config.yaml";
        QTest::newRow("wandb: summary") << "wandb"
                                        << "wandb-summary.json";
        QTest::newRow("wandb: history") << "wandb"
                                        << "history.jsonl";
        QTest::newRow("wandb: table") << "wandb"
                                      << "history.csv";
    }
    void anyTextInAFolderIsReadOrRefused() {
        QFETCH(QString, format);
        QFETCH(QString, file);
        const fs::path root = place_.path("folder of " + format.toStdString());
        fs::remove_all(root);
        writeMlflowFolder(root);
        writeFile(root / "wandb-summary.json", "{}");
        static const std::vector<std::string> words = {"a",  ":", ": ", "\n", "  ",       "- ",   "value:", "'",
                                                       "\"", "{", "}",  "1",  "nan",      ",",    "_step",  "loss",
                                                       "\r", "#", "[",  "]",  "\xc3\xa9", "\xff", "-1",     "1e400"};
        QVERIFY(rc::check("any words", [&] {
            std::string content;
            for (int i = *rc::gen::inRange(0, 20); i > 0; --i)
                content += *rc::gen::elementOf(words);
            RC_ASSERT(isReadOrRefused(format.toStdString(), root / file.toStdString(), content, root));
        }));
    }

    void aForeignDatabaseStaysAsItIs() {
        const fs::path path = place_.path("untouched.db");
        Store(path, Store::Mode::Create).addRun(someRun());
        const QByteArray before = bytesOf(path);
        {
            const ForeignDatabase database(path);
            int rows = 0;
            database.forEachRow("run", {"id", "name"}, [&](const auto& row) {
                ++rows;
                QCOMPARE(std::get<std::string>(row[1]), std::string("a run"));
            });
            QCOMPARE(rows, 1);
            QVERIFY(says(errorOf([&] { database.forEachRow("run", {"id\"; DROP TABLE run"}, [](const auto&) {}); }), "no table"));
        }
        QCOMPARE(bytesOf(path), before);
        QVERIFY(says(errorOf([&] { readRuns(path, "mlflow"); }), "not one of MLflow"));
    }
};

int testHostileFiles(int argc, char** argv) {
    TestHostileFiles test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_hostile_files.moc"
