#include <algorithm>

#include <QElapsedTimer>
#include <QTest>

#include "core/base/error.h"
#include "core/fairness/movement.h"
#include "core/fairness/propagation.h"
#include "tests/fairness/simulated.h"

using namespace gaplab;
using namespace gaplab::fairness;

namespace {

/// Classes of one difficulty for all, and images of another, so that the networks stumble over the same ones. The student's
/// accuracy of a class is shifted against the baseline's by `slope` times the teacher's weakness, and by what differs from
/// training to training.
struct World {
    int classes = 40, perClass = 50;
    double slope = 0;
    double spread = 0.08;    ///< of the teacher's accuracies
    double training = 0.02;  ///< of the shifts, from class to class
    double shared = 0.5;     ///< share of images that are equally hard for all
    int seeds = 1;

    PropagationResult draw(Random& random) const {
        const std::vector<int> labels = labelsOf(classes, perClass);
        std::vector<double> weakness, noise;
        for (int c = 0; c < classes; ++c) {
            weakness.push_back(std::clamp(spread * random.normal(), -0.2, 0.2));
            noise.push_back(training * random.normal());
        }
        std::vector<double> fate;
        for (size_t i = 0; i < labels.size(); ++i)
            fate.push_back(random.chance(shared) ? random.uniform() : -1);
        const auto network = [&](auto rightOf) {
            Answers answers{.labels = labels};
            for (size_t i = 0; i < labels.size(); ++i) {
                const double luck = fate[i] < 0 ? random.uniform() : fate[i];
                answers.predictions.push_back(answer(labels[i], luck < rightOf(static_cast<size_t>(labels[i])), classes));
            }
            return answers;
        };
        const Answers teacher = network([&](size_t c) { return 0.7 + weakness[c]; });
        std::vector<Answers> baselines, students;
        for (int s = 0; s < seeds; ++s) {
            baselines.push_back(network([&](size_t) { return 0.55; }));
            students.push_back(network([&](size_t c) { return 0.6 + slope * weakness[c] + noise[c]; }));
        }
        return propagationOver(labels, teacher, baselines, students, classes, {.draws = 100, .seed = random.next()});
    }
};

struct Outcome {
    int passesOn = 0, covered = 0, told = 0, rounds = 0;
    double mean = 0, plain = 0;

    double share(int count) const { return static_cast<double>(count) / rounds; }
};

Outcome simulate(const World& world, int count, uint64_t seed) {
    Outcome outcome{.rounds = count};
    Random random(seed);
    for (int round = 0; round < count; ++round) {
        const PropagationResult result = world.draw(random);
        outcome.passesOn += result.verdict == Propagation::PassesOn;
        const auto& interval = result.slope.interval;
        outcome.told += interval.has_value();
        outcome.covered += interval && interval->low <= world.slope && world.slope <= interval->high;
        outcome.mean += result.slope.value.value_or(0);
        outcome.plain += result.slope.plain.value_or(0) / count;
    }
    outcome.mean /= outcome.told;
    qInfo("told %.3f, passes on %.3f, covered %.3f, slope %.3f, plain %.3f", outcome.share(outcome.told),
          outcome.share(outcome.passesOn), static_cast<double>(outcome.covered) / outcome.told, outcome.mean, outcome.plain);
    return outcome;
}

}  // namespace

class TestPropagation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void slopeByHand() {
        const std::vector<Unit> exact = {{0, 1}, {1, 3}, {2, 5}, {3, 7}};
        const Slope line = slopeOf(exact, 0.95);
        QVERIFY(near(*line.value, 2) && near(*line.plain, 2) && near(*line.r, 1) && near(line.reliability, 1));
        QVERIFY(*line.pValue < 0.05 && line.interval);
        // shares that hardly differ are correlated all the same
        const Slope small = slopeOf({{0.60, 0.50}, {0.62, 0.51}, {0.64, 0.52}, {0.66, 0.53}}, 0.95);
        QVERIFY(small.r && near(*small.r, 1) && near(*small.plain, 0.5));
        // S_xx = 5/3, S_xy = 10/3: a third and two thirds are noise
        std::vector<Unit> noisy = exact;
        for (Unit& unit : noisy)
            unit.noiseOfX = 5 / 9.0, unit.noiseOfXY = 20 / 9.0;
        const Slope corrected = slopeOf(noisy, 0.95);
        QVERIFY(near(*corrected.plain, 2) && near(*corrected.value, 1) && near(corrected.reliability, 2 / 3.0));
        const Unit unit = unitOf({1, 0, 1, 1}, {1, 0, 0, 1});
        QVERIFY(near(unit.x, 0.75) && near(unit.y, 0.5) && near(unit.noiseOfX, 0.75 / 12) && near(unit.noiseOfXY, 0.5 / 12));
    }

    void noSlopeWithoutDifferences() {
        QVERIFY(!slopeOf({{0, 1}, {1, 2}, {2, 3}}, 0.95).value);             // too few
        QVERIFY(!slopeOf({{1, 1}, {1, 2}, {1, 3}, {1, 4}}, 0.95).plain);     // the teacher is even
        const Slope flat = slopeOf({{0, 1}, {1, 1}, {2, 1}, {3, 1}}, 0.95);  // the student did not move
        QVERIFY(near(*flat.value, 0) && *flat.pValue == 1 && !flat.r);
        std::vector<Unit> noise = {{0, 1, 9}, {1, 2, 9}, {2, 3, 9}, {3, 5, 9}};  // nothing but noise in x
        QVERIFY(!slopeOf(noise, 0.95).value && !slopeOf(noise, 0.95).interval);
        QVERIFY_EXCEPTION_THROWN(unitOf({1}, {1}), std::invalid_argument);
    }

    void inputIsChecked() {
        const Answers answers{.labels = {0, 1}, .predictions = {0, 1}};
        QVERIFY_EXCEPTION_THROWN(propagationOver({0}, answers, {answers}, {answers}, 2), Error);
        QVERIFY_EXCEPTION_THROWN(propagationOver({0, 1}, answers, {answers}, {}, 2), Error);
        QVERIFY_EXCEPTION_THROWN(propagationOver({0, 1}, answers, {answers}, {answers}, 2, {.level = 0}), Error);
        const PropagationResult few = propagationOver({0, 1}, answers, {answers}, {answers}, 2);
        QCOMPARE(few.verdict, Propagation::CannotTell);
        QCOMPARE(few.doubt, Doubt::TooFewParts);
    }

    void teachersOfSeveralSeedsAreAveraged() {
        const std::vector<int> labels = labelsOf(2, 4);
        const auto right = [&](const std::vector<int>& images) {
            Answers answers{.labels = labels};
            for (size_t i = 0; i < labels.size(); ++i)
                answers.predictions.push_back(answer(labels[i], std::ranges::count(images, static_cast<int>(i)) > 0, 2));
            return answers;
        };
        const Answers one = right({0, 1, 2, 3}), other = right({0, 1, 4, 5}), nobody = right({});
        const auto told =
            propagationOver(labels, std::vector{one, other}, {nobody, nobody}, {one, nobody}, 2, {.leastImages = 1});
        QVERIFY(near(told.points[0].weakness, 0.25) && near(told.points[1].weakness, -0.25));  // 6 and 2 of 8
        QVERIFY(near(told.points[0].shift, 0.5) && near(told.points[1].shift, 0));
        QVERIFY_EXCEPTION_THROWN(propagationOver(labels, std::vector{one, other}, {nobody}, {one}, 2), Error);
    }

    /// Hard images that the networks share and noise in the teacher's accuracies mislead the plain slope, not the corrected one.
    void theTrueSlopeIsCovered_data() {
        QTest::addColumn<double>("slope");
        QTest::addColumn<int>("classes");
        QTest::addColumn<int>("seeds");
        QTest::newRow("none") << 0.0 << 40 << 1;
        QTest::newRow("none, 10 classes") << 0.0 << 10 << 1;
        QTest::newRow("none, 100 classes, 3 seeds") << 0.0 << 100 << 3;
        QTest::newRow("half") << 0.5 << 40 << 1;
        QTest::newRow("half, 10 classes") << 0.5 << 10 << 1;
        QTest::newRow("turned round, 3 seeds") << -0.4 << 40 << 3;
    }
    void theTrueSlopeIsCovered() {
        QFETCH(double, slope);
        QFETCH(int, classes);
        QFETCH(int, seeds);
        const int count = rounds(200);
        const Outcome outcome = simulate({.classes = classes, .slope = slope, .seeds = seeds}, count, 31);
        QVERIFY(outcome.covered >= outcome.told * (0.93 - slack(0.95, outcome.told)));
        if (slope == 0) QVERIFY(outcome.share(outcome.passesOn) <= 0.025 + slack(0.025, count) + 0.01);
        if (classes == 40) QVERIFY(std::abs(outcome.mean - slope) < 0.05);
    }

    void verdicts() {
        Random random(32);
        const PropagationResult passes = World{.classes = 100, .slope = 0.6}.draw(random);
        QCOMPARE(passes.verdict, Propagation::PassesOn);
        QVERIFY(passes.imagesInterval && passes.imagesInterval->low > 0 && *passes.slope.pValue < 0.05);
        QCOMPARE(passes.points.size(), size_t{100});
        const PropagationResult turned = World{.classes = 100, .slope = -0.5}.draw(random);
        QCOMPARE(turned.verdict, Propagation::DoesNot);
        QCOMPARE(turned.doubt, Doubt::None);
        const PropagationResult few = World{.classes = 6, .perClass = 15, .slope = 0.1}.draw(random);
        QCOMPARE(few.verdict, Propagation::CannotTell);
        const PropagationResult even = World{.classes = 20, .perClass = 20, .spread = 0}.draw(random);
        QCOMPARE(even.verdict, Propagation::CannotTell);
        QCOMPARE(even.doubt, Doubt::TeacherIsEven);
    }

    /// Over images alone the interval tells of these networks: what training does by chance is part of their truth.
    void imagesAloneCoverTheirNetworks() {
        const int count = rounds(150);
        int covered = 0;
        Random random(33);
        for (int round = 0; round < count; ++round) {
            const auto result = World{.slope = 0.4, .training = 0}.draw(random);
            covered += result.imagesInterval && result.imagesInterval->low <= 0.4 && 0.4 <= result.imagesInterval->high;
        }
        qInfo("%d of %d", covered, count);
        QVERIFY(std::abs(covered - 0.95 * count) < (0.03 + slack(0.95, count)) * count);
    }

    void aLargeReportIsQuick() {
        Random random(35);
        QElapsedTimer timer;
        const std::vector<int> labels = labelsOf(100, 100);
        std::vector<Answers> networks(7, {.labels = labels});
        for (Answers& network : networks)
            for (const int label : labels)
                network.predictions.push_back(answer(label, random.chance(0.6 + 0.003 * label), 100));
        const std::vector<Answers> baselines(networks.begin(), networks.begin() + 3),
            students(networks.begin() + 3, networks.begin() + 6);
        timer.start();
        const PropagationResult result = propagationOver(labels, networks.back(), baselines, students, 100);
        const Transfer transfer = transferOf(networks.back(), baselines, students, 100);
        const auto movements = classMovements(baselines, students, 100);
        qInfo("10,000 images, 100 classes, 3 seeds, 2,000 resamples: %lld ms", static_cast<long long>(timer.elapsed()));
        QVERIFY(result.imagesInterval && transfer.wrong.interval && movements.size() == 100);
        QVERIFY(timer.elapsed() < 3000);  // generous: the machine may be busy
    }

    void groupsAndUnknownOnes() {
        // five groups across the classes; images of unknown group are left out
        Random random(34);
        std::vector<int> labels = labelsOf(5, 200), groups;
        Answers teacher{.labels = labels}, baseline = teacher, student = teacher;
        for (const int label : labels) {
            const auto group = static_cast<int>(random.below(6)) - 1;
            groups.push_back(group);
            teacher.predictions.push_back(answer(label, random.chance(0.5 + 0.08 * group), 5));
            baseline.predictions.push_back(answer(label, random.chance(0.6), 5));
            student.predictions.push_back(answer(label, random.chance(0.4 + 0.08 * group), 5));
        }
        const auto result = propagationOver(groups, teacher, {baseline}, {student}, 5);
        QCOMPARE(result.slope.units, 5);
        QVERIFY(*result.slope.value > 0.5);
        double sum = 0;
        for (const auto& point : result.points)
            sum += point.weakness;
        QVERIFY(std::abs(sum) < 1e-12);
    }
};

int runPropagationTests(int argc, char** argv) {
    TestPropagation test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_propagation.moc"
