#include "tests/cuda/support.h"
#include "tests/cuda/training.h"

using namespace gaplab;

/// Whole runs on a GPU: they learn what they learn on the processor, can be left and taken up, and never make the host wait.
class TrainingTests : public QObject, private TrainingPlace {
    Q_OBJECT

    static void addKinds() {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("precision");
        QTest::addColumn<double>("tolerance");
        QTest::newRow("alone") << "plain"
                               << "float32" << 2e-2;
        QTest::newRow("alone, adamw") << "adamw"
                                      << "float32" << 2e-2;
        QTest::newRow("under a static teacher") << "kd"
                                                << "float32" << 2e-2;
        QTest::newRow("with a dynamic teacher") << "gpd"
                                                << "float32" << 2e-2;
        QTest::newRow("with a dynamic teacher, bfloat16") << "gpd"
                                                          << "bfloat16" << 1.5e-1;
    }

    Json documentOf(const char* device) const {
        QFETCH(QString, kind);
        QFETCH(QString, precision);
        return trainingDocument(kind.toStdString(), device, std::string(device) == "cpu" ? "float32" : precision.toStdString());
    }

    /// The losses of the steps of the first epoch: later small differences have grown.
    static void compare(Memory& found, Memory& expected, double tolerance) {
        for (const auto& [name, points] : expected.series) {
            if (name.find("/train/loss") == std::string::npos) continue;
            const auto& own = found.series[name];
            QVERIFY2(own.size() == points.size(), name.c_str());
            for (size_t i = 0; i < std::min<size_t>(points.size(), 4); ++i) {
                const double error = std::abs(own[i].second - points[i].second) / std::abs(points[i].second);
                QVERIFY2(error < tolerance, (name + " of step " + std::to_string(i) + ": " + std::to_string(error)).c_str());
            }
        }
    }

private Q_SLOTS:
    void init() {
        if (!hasGpu()) QSKIP("There is no GPU on this machine");
    }

    void lossesAreTheProcessors_data() { addKinds(); }
    void lossesAreTheProcessors() {
        QFETCH(double, tolerance);
        try {
            Memory expected = train(documentOf("cpu"), "cpu"), found = train(documentOf("cuda"), "cuda");
            compare(found, expected, tolerance);
        } catch (const std::exception& thrown) {
            failOf(thrown);
        }
    }

    void stoppedAndResumedGoesOn_data() { addKinds(); }
    void stoppedAndResumedGoesOn() {
        try {
            Memory whole = train(documentOf("cuda"), "whole"), parts;
            TrainingPlan made = plan(documentOf("cuda"), "parts");
            const EnvironmentScope scope(made.environment);
            parts.stopAt = 3;
            QVERIFY(Trainer(made, parts).run() == Outcome::Stopped);
            parts.stopAt = std::numeric_limits<int64_t>::max();
            made.resumeFrom = parts.last;
            QVERIFY(Trainer(made, parts).run() == Outcome::Finished);
            compare(parts, whole, 5e-3);
        } catch (const std::exception& thrown) {
            failOf(thrown);
        }
    }

    void aCheckpointGoesOnOnTheProcessor_data() { addKinds(); }
    void aCheckpointGoesOnOnTheProcessor() {
        QFETCH(double, tolerance);
        try {
            Memory whole = train(documentOf("cuda"), "whole"), parts;
            TrainingPlan made = plan(documentOf("cuda"), "parts");
            {
                const EnvironmentScope scope(made.environment);
                parts.stopAt = 3;
                QVERIFY(Trainer(made, parts).run() == Outcome::Stopped);
            }
            TrainingPlan host = plan(documentOf("cpu"), "parts");
            host.resumeFrom = parts.last;
            parts.stopAt = std::numeric_limits<int64_t>::max();
            run(host, parts);
            compare(parts, whole, tolerance);
        } catch (const std::exception& thrown) {
            failOf(thrown);
        }
    }

    void noStepMakesTheHostWait_data() { addKinds(); }
    void noStepMakesTheHostWait() {
        try {
            const TrainingPlan made = plan(documentOf("cuda"), "waiting");
            const EnvironmentScope scope(made.environment);
            Memory memory;
            Trainer trainer(made, memory);
            for (int i = 0; i < 3; ++i)
                trainer.step();
            const NoWaiting error;
            for (int i = 0; i < 4; ++i)
                trainer.step();
        } catch (const std::exception& thrown) {
            failOf(thrown);
        }
    }

    void memoryDoesNotGrow_data() { addKinds(); }
    void memoryDoesNotGrow() {
        try {
            const TrainingPlan made = plan(documentOf("cuda"), "memory");
            const EnvironmentScope scope(made.environment);
            Memory memory;
            Trainer trainer(made, memory);
            for (int i = 0; i < 8; ++i)  // two epochs' last batches are the same size
                trainer.step();
            const int64_t before = bytesOnGpu();
            for (int i = 0; i < 16; ++i)
                trainer.step();
            QCOMPARE(bytesOnGpu(), before);
        } catch (const std::exception& thrown) {
            failOf(thrown);
        }
    }

    void theCardIsStored() {
        try {
            const Json stored = toJson(plan(trainingDocument("plain", "cuda"), "card").environment);
            QVERIFY2(!stored.value("card", "").empty(), stored.dump().c_str());
            qInfo("%s", stored.dump().c_str());
        } catch (const std::exception& thrown) {
            failOf(thrown);
        }
    }
};

int runTrainingTests(int argc, char** argv) {
    TrainingTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_training.moc"
