#include <QtTest>

#include "tests/experiment/test_catalogue.h"

using namespace gaplab;
using namespace gaplab::test;

namespace {

/// The message of the error that reading the text gives; empty where there is none.
QString messageOf(const std::string& text) {
    try {
        parseJson(text, "x.json");
        return {};
    } catch (const Error& error) {
        return error.exitCode() == 2 && !error.hint().empty() ? QString::fromStdString(error.what())
                                                              : QString("not an input error with a hint");
    }
}

}  // namespace

class JsonTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void jsonIsRead() {
        QVERIFY(parseJson(R"({"a": [1, 2.5, "x", null, true], "b": {"a": 1}})", "x") ==
                Json({{"a", {1, 2.5, "x", nullptr, true}}, {"b", {{"a", 1}}}}));
        QVERIFY(parseJson("\xef\xbb\xbf{\"a\": 1}\n", "x") == Json({{"a", 1}}));
        QVERIFY(parseJson(" \"\\u00e4\" ", "x") == Json("ä"));
    }

    void badTextIsNamedWithItsPlace_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("place");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* what, const QByteArray& text, const char* place, const char* reason) {
            QTest::newRow(what) << text << QString(place) << QString(reason);
        };
        row("empty", "", "line 1, column 1", "unexpected end of input");
        row("cut off", "{\"a\": 1,\n\"b\"", "line 2, column 3", "unexpected end of input");
        row("comma too many", "{\n  \"a\": 1,\n}", "line 3, column 1", "unexpected '}'");
        row("comment", "{\n  // no\n}", "line 2, column 3", "");
        row("single quotes", "{'a': 1}", "line 1, column 2", "");
        row("two documents", "{}\n{}", "line 2, column 1", "unexpected '{'");
        row("duplicate key", "{\"a\": 1,\n \"a\": 2}", "line 2, column 4", "the key \"a\" is there twice");
        row("duplicate key deep down", "{\"b\": [{\"c\": 1, \"c\": 1}]}", "line 1, column 19", "the key \"c\" is there twice");
        row("number too large", "{\"a\": 1e999}", "line 1", "too large");
        row("not a number", "{\"a\": NaN}", "line 1, column 7", "");
        row("broken UTF-8", "{\"a\": \"\xff\"}", "line 1", "UTF-8");
        row("control character", "{\"a\": \"\n\"}", "line", "control character");
        row("zero byte", QByteArray("{\0}", 3), "line 1, column 2", "");
    }
    void badTextIsNamedWithItsPlace() {
        QFETCH(QByteArray, text);
        QFETCH(QString, place);
        QFETCH(QString, reason);
        const QString message = messageOf(text.toStdString());
        QVERIFY2(message.contains("x.json"), qPrintable(message));
        QVERIFY2(message.contains(place), qPrintable(message));
        QVERIFY2(message.contains(reason), qPrintable(message));
    }

    void theSameKeyInTwoObjectsIsNoDuplicate() { QCOMPARE(messageOf(R"([{"a": {"a": 1}}, {"a": 1}])"), QString()); }

    void depthAndSizeHaveLimits() {
        QCOMPARE(messageOf(std::string(100, '[') + std::string(100, ']')), QString());
        QVERIFY(messageOf(std::string(101, '[') + std::string(101, ']')).contains("nested"));
        QVERIFY(messageOf(std::string(1'000'000, '[')).contains("nested"));
        QVERIFY(messageOf(std::string((10 << 20) + 1, ' ')).contains("larger than 10 MB"));
    }

    void aValueIsSetByItsPath_data() {
        QTest::addColumn<QString>("assignment");
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QString>("value");
        const auto row = [](const char* assignment, const char* pointer, const char* value) {
            QTest::newRow(assignment) << QString(assignment) << QString(pointer) << QString(value);
        };
        row("training.epochs=5", "/training/epochs", "5");
        row("training.optimizer.lr=0.05", "/training/optimizer/lr", "0.05");
        row("evaluation.every=200 steps", "/evaluation/every", "\"200 steps\"");
        row("knowledge[0].weight=2", "/knowledge/0/weight", "2");
        row("data.path=/x/y=z", "/data/path", "\"/x/y=z\"");
        row("data.path=/Bilder/Hände", "/data/path", "\"/Bilder/Hände\"");
        row("data.augment=[]", "/data/augment", "[]");
        row("data.augment[1]=crop", "/data/augment/1", "\"crop\"");
        row("name=\"12\"", "/name", "\"12\"");
        row("name=", "/name", "\"\"");
        row("baseline=null", "/baseline", "null");
        row("student.weights={\"run\": 3}", "/student/weights", "{\"run\": 3}");
    }
    void aValueIsSetByItsPath() {
        QFETCH(QString, assignment);
        QFETCH(QString, pointer);
        QFETCH(QString, value);
        Json document = distillation();
        setValue(document, assignment.toStdString());
        QVERIFY2(document.at(Json::json_pointer(pointer.toStdString())) == Json::parse(value.toStdString()),
                 document.dump().c_str());
    }

    void anAssignmentThatCannotBeFollowedChangesNothing_data() {
        QTest::addColumn<QByteArray>("assignment");
        for (const char* assignment : {"training.epochs",
                                       "=5",
                                       ".epochs=5",
                                       "training.=5",
                                       "training..epochs=5",
                                       "knowledge[1].weight=2",
                                       "knowledge[x].weight=2",
                                       "knowledge[-1].weight=2",
                                       "knowledge[0.weight=2",
                                       "knowledge[]=2",
                                       "knowledge.weight=2",
                                       "name.first=x",
                                       "teachers[0]=x",
                                       "new.list[0]=x",
                                       "seeds=[1,",
                                       "seeds={",
                                       "name=\"x",
                                       "name=\xff",
                                       "knowledge[99999999999999999999].weight=1",
                                       "[0]=1",
                                       "knowledge[0]x=1"})
            QTest::newRow(assignment) << QByteArray(assignment);
    }
    void anAssignmentThatCannotBeFollowedChangesNothing() {
        QFETCH(QByteArray, assignment);
        Json document = distillation();
        QVERIFY_EXCEPTION_THROWN(setValue(document, assignment.toStdString()), Error);
        QCOMPARE(document.dump(), distillation().dump());
    }

    void onlyLeavesThatDifferAreListed() {
        Json other = distillation();
        other["name"] = "other";
        other["seeds"] = {7};
        other["training"]["epochs"] = 5;
        other["training"]["optimizer"] = {{"lr", 0.2}};
        other["knowledge"][0]["weight"] = 2;
        other["gap"]["target"] = 3.0;  // the same number
        other["data"]["augment"] = {"crop"};
        const auto found = differences({distillation(), other, distillation()});
        std::string text;
        for (const Difference& difference : found)
            text += difference.path + " " + Json(difference.values).dump() + "\n";
        QCOMPARE(QString::fromStdString(text), QString("data.augment [[\"crop\",\"flip\"],[\"crop\"],[\"crop\",\"flip\"]]\n"
                                                       "knowledge[0].weight [null,2,null]\n"
                                                       "training.epochs [12,5,12]\n"
                                                       "training.optimizer.lr [null,0.2,null]\n"));
    }

    void equalOrSingleDocumentsDoNotDiffer() {
        QVERIFY(differences({}).empty());
        QVERIFY(differences({everything()}).empty());
        QVERIFY(differences({everything(), everything()}).empty());
    }
};

int runJsonTests(int argc, char** argv) {
    JsonTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_json.moc"
