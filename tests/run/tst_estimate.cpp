#include <QTest>

#include "core/run/estimate.h"
#include "tests/experiment/test_catalogue.h"

using namespace gaplab;
using namespace gaplab::test;

namespace {

RunRow finished(const Json& document, double seconds) {
    RunRow run;
    run.document = document;
    run.state = RunState::Finished;
    run.started = 1000;
    run.finished = 1000 + seconds;
    return run;
}

Json alone(int epochs = 10) {
    Json document = smallest();
    document["training"]["epochs"] = epochs;
    return document;
}

}  // namespace

class TestEstimate : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void similarRunsTellTheTime_data() {
        QTest::addColumn<QString>("assignment");
        QTest::addColumn<bool>("known");
        for (const char* same : {"name=other", "seeds=[4, 5]", "training.optimizer.lr=0.3", "training.schedule.kind=constant",
                                 "knowledge[0].temperature=9", "knowledge[0].weight=[[0, 1], [5, 2]]", "gap.target=5",
                                 "training.optimizer.momentum=0.5", "training.clip=1"})
            QTest::newRow(same) << same << true;
        for (const char* other : {"student.architecture=resnet20", "training.batch=64", "data.limit=100", "training.threads=1",
                                  "student.width=2", "data.augment=[]", "training.optimizer.kind=adamw"})
            QTest::newRow(other) << other << false;
    }
    void similarRunsTellTheTime() {
        QFETCH(QString, assignment);
        QFETCH(bool, known);
        const Pace pace({finished(distillation(), 120)}, catalogue());
        const auto seconds = pace.secondsOf(with(assignment));
        QCOMPARE(seconds.has_value(), known);
        if (known) QCOMPARE(*seconds, 120.0);
    }

    void timeGrowsWithTheEpochs() {
        const Pace pace({finished(alone(10), 50)}, catalogue());
        QCOMPARE(*pace.secondsOf(alone(30)), 150.0);
        QCOMPARE(*pace.secondsOf(smallest()), 150.0);  // 30 epochs unless said
    }

    void aTimedEpochCountsWhereNoRunDoes() {
        Pace pace({finished(distillation(), 120)}, catalogue());
        pace.learn(distillation(), 1);
        pace.learn(alone(10), 2);
        QCOMPARE(*pace.secondsOf(distillation()), 120.0);
        QCOMPARE(*pace.secondsOf(alone(30)), 60.0);
    }

    void theLatestRunCounts() {
        QCOMPARE(*Pace({finished(alone(), 50), finished(alone(), 80)}, catalogue()).secondsOf(alone()), 80.0);
    }

    void runsThatTellNothingAreLeftOut() {
        RunRow stopped = finished(alone(), 50), unknown = finished(alone(), 50), timeless = finished(alone(), 0);
        stopped.state = RunState::Stopped;
        unknown.document["colour"] = 1;
        QVERIFY(!Pace({stopped, unknown, timeless}, catalogue()).secondsOf(alone()));
    }

    void sharedStagesAreTrainedOnce() {
        Json other = distillation();
        other["knowledge"][0]["temperature"] = 2;
        const Json teacher = teacherStage(distillation(), "static", 0);
        const Pace pace({finished(distillation(), 10), finished(teacher, 100)}, catalogue());
        QCOMPARE(*pace.secondsOfAll({distillation()}), 120.0);         // two seeds under one teacher
        QCOMPARE(*pace.secondsOfAll({distillation(), other}), 140.0);  // four under the same
        QVERIFY(!pace.secondsOfAll({distillation(), alone()}));
        QCOMPARE(*pace.secondsOfAll({}), 0.0);
    }
};

QTEST_GUILESS_MAIN(TestEstimate)
#include "tst_estimate.moc"
