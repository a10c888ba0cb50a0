#include <limits>

#include <QTest>

#include "core/store/records.h"
#include "core/store/series_name.h"
#include "tests/store/fixture.h"
#include "tests/store/suites.h"

using namespace gaplab;
using namespace gaplab::test;

class TestRecords : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void stateNamesReadBack() {
        for (const char* name : {"queued", "preparing", "running", "paused", "finished", "stopped", "failed", "lost"})
            QCOMPARE(toText(runStateFromText(name)), std::string(name));
        QCOMPARE(errorOf([] { runStateFromText("asleep"); }).fault(), Fault::Input);
    }

    void transitions_data() {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");  // every state that may follow
        QTest::newRow("queued") << "queued"
                                << "preparing stopped failed lost";
        QTest::newRow("preparing") << "preparing"
                                   << "running stopped failed lost";
        QTest::newRow("running") << "running"
                                 << "paused finished stopped failed lost";
        QTest::newRow("paused") << "paused"
                                << "running finished stopped failed lost";
        QTest::newRow("finished") << "finished"
                                  << "";
        QTest::newRow("stopped") << "stopped"
                                 << "queued";
        QTest::newRow("failed") << "failed"
                                << "queued";
        QTest::newRow("lost") << "lost"
                              << "queued";
    }
    void transitions() {
        QFETCH(QString, from);
        QFETCH(QString, to);
        const QStringList allowed = to.split(' ');
        for (const char* name : {"queued", "preparing", "running", "paused", "finished", "stopped", "failed", "lost"})
            QCOMPARE(canFollow(runStateFromText(from.toStdString()), runStateFromText(name)), allowed.contains(name));
    }

    void seriesNames_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("role");
        QTest::addColumn<QString>("unit");
        QTest::addColumn<QString>("direction");
        QTest::newRow("accuracy") << "student/validation/accuracy"
                                  << "student"
                                  << "fraction"
                                  << "up";
        QTest::newRow("accuracy at best") << "student/test/accuracy_at_best"
                                          << "student"
                                          << "fraction"
                                          << "up";
        QTest::newRow("loss") << "static/train/loss"
                              << "static"
                              << ""
                              << "down";
        QTest::newRow("loss of a term") << "student/train/kd_loss"
                                        << "student"
                                        << ""
                                        << "down";
        QTest::newRow("error") << "student/test:grey/error"
                               << "student"
                               << "fraction"
                               << "down";
        QTest::newRow("calibration") << "student_ema/test/ece"
                                     << "student_ema"
                                     << "fraction"
                                     << "down";
        QTest::newRow("gap has a target") << "gap/validation/accuracy"
                                          << "gap"
                                          << "fraction"
                                          << "";
        QTest::newRow("gap of a pair") << "gap:static-student/validation/accuracy"
                                       << "gap:static-student"
                                       << "fraction"
                                       << "";
        QTest::newRow("controller") << "controller/train/actuator"
                                    << "controller"
                                    << ""
                                    << "";
        QTest::newRow("the accuracy of something else") << "student/train/adversarial:static.discriminator_accuracy"
                                                        << "student"
                                                        << "fraction"
                                                        << "";
        QTest::newRow("a teacher named gapped") << "gapped/validation/accuracy"
                                                << "gapped"
                                                << "fraction"
                                                << "up";
        QTest::newRow("losslessness is no loss") << "student/train/lossless"
                                                 << "student"
                                                 << ""
                                                 << "";
    }
    void seriesNames() {
        QFETCH(QString, name);
        QFETCH(QString, role);
        QFETCH(QString, unit);
        QFETCH(QString, direction);
        const SeriesName parts = parseSeriesName(name.toStdString());
        QCOMPARE(QString::fromStdString(parts.text()), name);
        QCOMPARE(QString::fromStdString(parts.role), role);
        QCOMPARE(QString::fromStdString(parts.unit), unit);
        QCOMPARE(QString::fromStdString(parts.direction), direction);
    }

    void otherNamesAreRefused_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"", "loss", "train/loss", "/train/loss", "student//loss", "student/train/", "a/b/c/d"})
            QTest::newRow(name) << name;
    }
    void otherNamesAreRefused() {
        QFETCH(QString, name);
        QCOMPARE(errorOf([&] { parseSeriesName(name.toStdString()); }).fault(), Fault::Input);
    }

    void answerOfTheCommandLine() {
        RunRow run;
        run.id = 7;
        run.uuid = "u";
        run.seed = std::numeric_limits<uint64_t>::max();
        run.state = RunState::Finished;
        run.series = {{.name = "student/validation/accuracy",
                       .count = 3,
                       .last = {30, 3, 0.71, 0},
                       .minimum = {0, 0, 0.1, 0},
                       .maximum = {20, 2, 0.73, 0},
                       .direction = "up"},
                      {.name = "student/train/loss", .count = 1, .last = {5, 0.5, std::nan(""), 0}, .nanCount = 1}};
        const Json json = toJson(run);
        QCOMPARE(text(json.at("id")), text(Json(7)));
        QCOMPARE(text(json.at("seed")), text(Json(18446744073709551615ULL)));
        QCOMPARE(text(json.at("state")), text(Json("finished")));
        QVERIFY(json.at("reason").is_null());
        QVERIFY(json.at("deleted").is_null());
        const Json& accuracy = json.at("series").at("student/validation/accuracy");
        QCOMPARE(accuracy.dump(), std::string(R"({"best":0.73,"best_epoch":2,"count":3,"last":0.71})"));
        const Json& loss = json.at("series").at("student/train/loss");
        QCOMPARE(loss.dump(), std::string(R"({"best":null,"best_epoch":0.5,"count":1,"last":null})"));
    }
};

int testRecords(int argc, char** argv) {
    TestRecords test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_records.moc"
