#include <QTest>

#include "core/base/error.h"
#include "core/fairness/movement.h"
#include "core/fairness/transfer.h"
#include "tests/fairness/simulated.h"

using namespace gaplab;
using namespace gaplab::fairness;

namespace {

/// Right on the first `right[c]` of each class's images.
Answers answersOf(const std::vector<int>& labels, const std::vector<int>& right, int perClass) {
    Answers answers{.labels = labels};
    for (size_t i = 0; i < labels.size(); ++i)
        answers.predictions.push_back(answer(labels[i], static_cast<int>(i) % perClass < right[static_cast<size_t>(labels[i])],
                                             static_cast<int>(right.size())));
    return answers;
}

Answers noisy(Random& random, const std::vector<int>& labels, const std::vector<double>& right) {
    Answers answers{.labels = labels};
    for (const int label : labels)
        answers.predictions.push_back(
            answer(label, random.chance(right[static_cast<size_t>(label)]), static_cast<int>(right.size())));
    return answers;
}

bool moved(const ClassMovement& movement) {
    return movement.moved == Moved::Up || movement.moved == Moved::Down;
}

}  // namespace

class TestMovement : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void pairsAreChecked() {
        const Answers answers{.labels = {0, 1}, .predictions = {0, 1}};
        Answers others = answers;
        others.labels = {1, 0};
        QVERIFY_EXCEPTION_THROWN(classMovements({}, {}, 2), Error);
        QVERIFY_EXCEPTION_THROWN(classMovements({answers}, {answers, answers}, 2), Error);
        QVERIFY_EXCEPTION_THROWN(classMovements({answers}, {others}, 2), Error);
    }

    void groupsMoveAsClassesDo() {
        const std::vector<int> labels = labelsOf(3, 40);
        const Answers baseline = answersOf(labels, {30, 20, 20}, 40), student = answersOf(labels, {20, 20, 32}, 40);
        std::vector<int> parts = labels;
        for (size_t i = 0; i < 40; ++i)
            parts[i] = -1;  // of no part
        const auto movements = partMovements(parts, 4, {baseline}, {student}, 3);
        QCOMPARE(movements[0].images, 0);
        QCOMPARE(movements[0].moved, Moved::NotEnoughData);
        QCOMPARE(movements[1].moved, Moved::NotBeyondNoise);
        QCOMPARE(movements[2].moved, Moved::Up);
        QVERIFY(near(movements[2].level, 1 - 0.05 / 2) && near(movements[2].difference, 12 / 40.0));
        QCOMPARE(movements[3].moved, Moved::NotEnoughData);
        QVERIFY_EXCEPTION_THROWN(partMovements({0}, 1, {baseline}, {student}, 3), Error);
        QVERIFY_EXCEPTION_THROWN(partMovements(parts, 2, {baseline}, {student}, 3), Error);
    }

    void oneSeedIsMcNemars() {
        const std::vector<int> labels = labelsOf(3, 40);
        const auto movements = classMovements({answersOf(labels, {30, 20, 20}, 40)}, {answersOf(labels, {20, 20, 32}, 40)}, 3);
        QCOMPARE(movements[0].moved, Moved::Down);
        QVERIFY(near(movements[0].pValue, 2 / 1024.0) && near(movements[0].difference, -0.25));
        QCOMPARE(movements[1].moved, Moved::NotBeyondNoise);
        QCOMPARE(movements[1].pValue, 1.0);
        QCOMPARE(movements[2].moved, Moved::Up);
        QVERIFY(near(movements[2].pValue, 2 / 4096.0));
        QVERIFY(near(movements[2].level, 1 - 0.05 / 3) && near(movements[0].level, 1 - 0.05 / 2));  // Holm's steps
        QVERIFY(movements[0].interval->high < 0 && movements[2].interval->low > 0);
    }

    void fewImagesAreNotJudged() {
        Answers baseline{.labels = labelsOf(2, 9)}, student = baseline;
        baseline.predictions.assign(18, 1);
        student.predictions.assign(18, 0);
        for (const ClassMovement& movement : classMovements({baseline}, {student}, 3))
            QCOMPARE(movement.moved, Moved::NotEnoughData);
        QCOMPARE(classMovements({baseline}, {student}, 3, 9)[0].moved, Moved::Up);
    }

    void severalSeedsAreAPairedTTest() {
        const std::vector<int> labels = labelsOf(2, 100);
        std::vector<Answers> baselines, students;
        for (const int gain : {10, 11, 12}) {
            baselines.push_back(answersOf(labels, {50, 50}, 100));
            students.push_back(answersOf(labels, {50 + gain, 50}, 100));
        }
        const auto movements = classMovements(baselines, students, 2);
        QCOMPARE(movements[0].moved, Moved::Up);
        QVERIFY(near(movements[0].difference, 0.11));
        QVERIFY(near(movements[0].pValue, 0.002971, 1e-6));  // t = 11 / sqrt((1 + 1 / 12) / 3), 2 degrees of freedom
        QCOMPARE(movements[1].moved, Moved::NotBeyondNoise);
    }

    void nothingMovesByNoise_data() {
        QTest::addColumn<int>("seeds");
        QTest::newRow("one seed") << 1;
        QTest::newRow("two seeds") << 2;  // which often agree by chance
        QTest::newRow("three seeds") << 3;
        QTest::newRow("four seeds") << 4;
    }
    void nothingMovesByNoise() {
        QFETCH(int, seeds);
        const std::vector<int> labels = labelsOf(10, 50);
        const std::vector<double> right = {0.5, 0.6, 0.7, 0.8, 0.9, 0.5, 0.6, 0.7, 0.8, 0.9};
        const int count = rounds(200);
        int wrong = 0;
        Random random(21);
        for (int round = 0; round < count; ++round) {
            std::vector<Answers> baselines, students;
            for (int s = 0; s < seeds; ++s) {
                baselines.push_back(noisy(random, labels, right));
                students.push_back(noisy(random, labels, right));
            }
            wrong += std::ranges::any_of(classMovements(baselines, students, 10), moved);
        }
        qInfo("%d of %d", wrong, count);
        QVERIFY(wrong <= count * (0.05 + slack(0.05, count)));
    }

    void transferByHand() {
        // teacher right on images 0-3, wrong (class 2) on 4-7; the baseline shares 2 of the right and 1 of the wrong answers
        const Answers teacher{.labels = {0, 0, 0, 0, 1, 1, 1, 1}, .predictions = {0, 0, 0, 0, 2, 2, 2, 2}};
        const Answers baseline{.labels = teacher.labels, .predictions = {0, 0, 1, 1, 2, 1, 1, 0}};
        const Answers student{.labels = teacher.labels, .predictions = {0, 0, 0, 1, 2, 2, 2, 1}};
        const Transfer transfer = transferOf(teacher, {baseline}, {student}, 3, 1);
        QCOMPARE(transfer.teacherRight, 4);
        QCOMPARE(transfer.teacherWrong, 4);
        QVERIFY(near(*transfer.right.value, 0.25) && near(*transfer.wrong.value, 0.5));
        QVERIFY(transfer.wrong.interval->low < 0.5 && transfer.wrong.interval->high > 0.5);
        const Transfer seeds = transferOf(teacher, {baseline, baseline}, {student, baseline}, 3, 1);
        QVERIFY(near(*seeds.right.value, 0.125) && near(*seeds.wrong.value, 0.25));
        const Transfer few = transferOf(teacher, {baseline}, {student}, 3, 5);
        QVERIFY(!few.right.enough() && !few.wrong.enough());
        Answers sure = teacher;  // of the second seed, right on 4 as well: the baseline and its student are alike there
        sure.predictions[4] = 1;
        const Transfer own = transferOf(std::vector{teacher, sure}, {baseline, baseline}, {student, baseline}, 3, 1);
        QVERIFY(near(*own.right.value, 0.125) && near(*own.wrong.value, 0.25));
        QVERIFY(!transferOf(std::vector{teacher, sure}, {baseline, baseline}, {student, baseline}, 3, 4).wrong.enough());
        QVERIFY_EXCEPTION_THROWN(transferOf(std::vector{teacher, sure}, {baseline}, {student}, 3, 1), Error);
        Answers perfect = teacher;
        perfect.predictions = perfect.labels;
        QVERIFY(!transferOf(perfect, {baseline}, {student}, 3, 1).wrong.enough());  // it has no wrong answers to pass on
    }

    /// A student that copies a tenth of the teacher's answers, right or wrong.
    void transferIsCovered() {
        const std::vector<int> labels = labelsOf(5, 100);
        const int count = rounds(200);
        int right = 0, wrong = 0;
        Random random(22);
        const auto covers = [](const Estimate& estimate, double truth) {
            return estimate.interval->low <= truth && truth <= estimate.interval->high;
        };
        for (int round = 0; round < count; ++round) {
            const Answers teacher = noisy(random, labels, std::vector<double>(5, 0.7));
            const Answers baseline = noisy(random, labels, std::vector<double>(5, 0.6));
            Answers student = noisy(random, labels, std::vector<double>(5, 0.6));
            for (size_t i = 0; i < labels.size(); ++i)
                if (random.chance(0.1)) student.predictions[i] = teacher.predictions[i];
            const Transfer transfer = transferOf(teacher, {baseline}, {student}, 5);
            right += covers(transfer.right, 0.1 * 0.4);  // a tenth of those it would have missed
            wrong += covers(transfer.wrong, 0.1 * 0.6);
        }
        qInfo("right %d, wrong %d of %d", right, wrong, count);
        QVERIFY(std::abs(right - 0.95 * count) < (0.01 + slack(0.95, count)) * count);
        QVERIFY(std::abs(wrong - 0.95 * count) < (0.01 + slack(0.95, count)) * count);
    }
};

int runMovementTests(int argc, char** argv) {
    TestMovement test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_movement.moc"
