#include <QtTest>
#include <torch/types.h>

#include "core/measure/tally.h"
#include "tests/knowledge/support.h"

using namespace gaplab;

class TallyTests : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aTallyAveragesOverUnequalBatches() {
        Tally tally(at::kCPU);
        tally.update(logits({{2, 1}, {0, 1}}), at::tensor({0L, 0L}), at::tensor({1.0, 3.0}));
        tally.update(logits({{2, 1}}), at::tensor({0L}), at::tensor({5.0}));
        const Tally::Values values = tally.read();
        QCOMPARE(values.count, 3);
        QCOMPARE(values.accuracy, 2.0 / 3.0);
        QCOMPARE(values.loss, 3.0);
        tally.reset();
        QCOMPARE(tally.read().count, 0);
    }
};

int runTallyTests(int argc, char** argv) {
    TallyTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_tally.moc"
