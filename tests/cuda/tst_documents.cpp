#include <QtTest>

#include "core/base/error.h"
#include "tests/cuda/training.h"

using namespace gaplab;

/// What the suites train on a GPU, without one: what is wrong with their documents is not to come to light on a borrowed card.
class DocumentTests : public QObject, private TrainingPlace {
    Q_OBJECT

    static void addKinds() {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"plain", "adamw", "kd", "gpd"})
            QTest::newRow(kind) << kind;
    }

private Q_SLOTS:
    void documentsAreRead_data() { addKinds(); }
    void documentsAreRead() {
        QFETCH(QString, kind);
        for (const char* device : {"cpu", "cuda"})
            for (const char* precision : {"float32", "bfloat16"})
                try {
                    parseExperiment(trainingDocument(kind.toStdString(), device, precision), catalogue());
                } catch (const Error& error) {
                    QFAIL(error.describe().c_str());
                }
    }

    void runsOnTheProcessorEnd_data() { addKinds(); }
    void runsOnTheProcessorEnd() {
        QFETCH(QString, kind);
        try {
            const Memory memory = train(trainingDocument(kind.toStdString(), "cpu"), kind);
            const auto losses = memory.series.find("student/train/loss");
            QVERIFY(losses != memory.series.end());
            for (const auto& [step, loss] : losses->second)
                QVERIFY(std::isfinite(loss));
        } catch (const Error& error) {
            QFAIL(error.describe().c_str());
        }
    }
};

int runDocumentTests(int argc, char** argv) {
    DocumentTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_documents.moc"
