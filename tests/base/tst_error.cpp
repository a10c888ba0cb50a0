#include <QtTest>

#include "core/base/error.h"

using namespace gaplab;

class ErrorTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theFaultDecidesTheExitCode() {
        QCOMPARE(inputError("x").exitCode(), 2);
        QCOMPARE(worldError("x").exitCode(), 1);
        QCOMPARE(Error(Fault::Stopped, "x").exitCode(), 130);
    }

    void descriptionHoldsMessageProblemsAndHint() {
        const Error error(Fault::Input, "The experiment is not valid.", "Correct the file.",
                          {{"training.epochs", "-1 is too small", "a whole number of at least 1"}, {"", "no student", ""}});
        QCOMPARE(QString::fromStdString(error.describe()),
                 QString("The experiment is not valid.\n"
                         "  training.epochs: -1 is too small (allowed: a whole number of at least 1)\n"
                         "  no student\n"
                         "Correct the file."));
    }

    void descriptionOfABareErrorIsItsMessage() { QCOMPARE(inputError("No such run.").describe(), std::string("No such run.")); }

    void jsonNamesEveryField() {
        const Error error(Fault::World, "The disk is full.", "Make room.", {{"a.b", "m", "n"}});
        const Json expected = {{"error",
                                {{"message", "The disk is full."},
                                 {"hint", "Make room."},
                                 {"fault", "world"},
                                 {"problems", {{{"path", "a.b"}, {"message", "m"}, {"allowed", "n"}}}}}}};
        QCOMPARE(error.toJson().dump(), expected.dump());
    }

    void jsonWithoutProblemsHasAnEmptyList() {
        const Json json = inputError("x").toJson();
        QVERIFY(json["error"]["problems"].is_array());
        QVERIFY(json["error"]["problems"].empty());
        QCOMPARE(json["error"]["fault"].get<std::string>(), std::string("input"));
        QCOMPARE(Error(Fault::Stopped, "x").toJson()["error"]["fault"].get<std::string>(), std::string("stopped"));
    }

    void systemErrorsKeepTheReasonOfTheSystem() {
        const Error error = systemError("Cannot write /x", ENOSPC);
        QCOMPARE(error.fault(), Fault::World);
        QCOMPARE(std::string(error.what()), std::string("Cannot write /x: No space left on device"));
    }
};

int runErrorTests(int argc, char** argv) {
    ErrorTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_error.moc"
