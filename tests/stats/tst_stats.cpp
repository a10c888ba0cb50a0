#include <cmath>
#include <limits>
#include <random>
#include <rapidcheck.h>

#include <QTest>

#include "core/stats/stats.h"

using namespace gaplab;

namespace {

using Sample = std::vector<std::pair<uint64_t, double>>;

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

Sample seeded(const std::vector<double>& values, uint64_t firstSeed = 0) {
    Sample sample;
    for (const double value : values)
        sample.emplace_back(firstSeed++, value);
    return sample;
}

bool near(double left, double right, double tolerance = 1e-9) {
    return std::abs(left - right) <= tolerance * std::max({1.0, std::abs(left), std::abs(right)});
}

/// Values that stay exact under the sums of the properties: sixty-fourths.
rc::Gen<std::vector<double>> values(size_t atLeast) {
    return rc::gen::map(rc::gen::suchThat(rc::gen::container<std::vector<int>>(rc::gen::inRange(-6400, 6400)),
                                          [=](const std::vector<int>& list) { return list.size() >= atLeast; }),
                        [](const std::vector<int>& list) {
                            std::vector<double> result;
                            for (const int value : list)
                                result.push_back(value / 64.0);
                            return result;
                        });
}

}  // namespace

class TestStats : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void summaryOfKnownValues() {
        const Summary summary = summarise({2, 4, 4, 4, 5, 5, 7, 9});
        QCOMPARE(summary.mean, 5.0);
        QCOMPARE(summary.n, 8);
        QVERIFY(near(summary.sd, std::sqrt(32.0 / 7)));
    }

    void spreadNeedsTwoValues() {
        QCOMPARE(summarise({0.5}).mean, 0.5);
        QVERIFY(std::isnan(summarise({0.5}).sd));
        QVERIFY(std::isnan(summarise({}).mean));
        QCOMPARE(summarise({}).n, 0);
        QVERIFY(!meanInterval({0.5}, 0.95));
    }

    void valuesThatAreNotFiniteDoNotCount() {
        const Summary summary = summarise({1, notANumber, 3, std::numeric_limits<double>::infinity()});
        QCOMPARE(summary.n, 2);
        QCOMPARE(summary.mean, 2.0);
        QVERIFY(!meanInterval({1, notANumber}, 0.95));
    }

    void smallSpreadBesideALargeMeanSurvives() { QVERIFY(near(summarise({1e9 + 1, 1e9 + 2, 1e9 + 3}).sd, 1.0)); }

    void intervalsFromTheTableOfStudent_data() {
        QTest::addColumn<std::vector<double>>("sample");
        QTest::addColumn<double>("level");
        QTest::addColumn<double>("half");
        // t(0.975; 1) = 12.7062, t(0.975; 2) = 4.30265, t(0.95; 4) = 2.13185
        QTest::newRow("two values") << std::vector<double>{0, 2} << 0.95 << 12.706204736432095;
        QTest::newRow("three values") << std::vector<double>{1, 2, 3} << 0.95 << 4.302652729911275 / std::sqrt(3.0);
        QTest::newRow("five values, 90 %") << std::vector<double>{1, 2, 3, 4, 5} << 0.90
                                           << 2.131846786326649 * std::sqrt(2.5 / 5);
    }
    void intervalsFromTheTableOfStudent() {
        QFETCH(std::vector<double>, sample);
        QFETCH(double, level);
        QFETCH(double, half);
        const auto interval = meanInterval(sample, level);
        QVERIFY(interval);
        const double mean = summarise(sample).mean;
        QVERIFY(near(interval->low, mean - half));
        QVERIFY(near(interval->high, mean + half));
    }

    void levelsOutsideZeroToOneAreRefused() {
        const std::vector<double> sample{1, 2};
        QVERIFY_EXCEPTION_THROWN(meanInterval(sample, 1.0), std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(meanInterval(sample, 0.0), std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(meanInterval(sample, notANumber), std::invalid_argument);
    }

    void equalSeedsArePaired() {
        // differences 0.01, 0.02, 0.03: mean 0.02, sd 0.01, t = 0.02 / (0.01 / sqrt 3) = 3.4641, p = 0.07418
        const Comparison result = compare(seeded({0.50, 0.60, 0.70}), seeded({0.51, 0.62, 0.73}), 0.95, 0.003);
        QVERIFY(result.paired);
        QCOMPARE(result.n, 3);
        QVERIFY(near(result.difference, 0.02));
        QVERIFY(near(result.interval->low, 0.02 - 4.302652729911275 * 0.01 / std::sqrt(3.0)));
        QVERIFY(near(*result.pValue, 0.07417990022744863, 1e-7));
        QCOMPARE(result.verdict, Verdict::CannotTell);
        QVERIFY(result.note.empty());
    }

    void pairingIsBySeedNotByOrder() {
        const Sample a{{0, 0.5}, {1, 0.6}, {2, 0.7}}, b{{2, 0.71}, {0, 0.51}, {1, 0.61}};
        const Comparison result = compare(a, b, 0.95, 0.003);
        QCOMPARE(result.verdict, Verdict::Better);
        QVERIFY(near(result.difference, 0.01));
    }

    void seedsWithoutAPartnerAreLeftOutAndSaid() {
        const Comparison result = compare(seeded({1, 2, 3}), seeded({2, 3, 4, 100}), 0.95, 0.003);
        QCOMPARE(result.n, 3);
        QVERIFY(near(result.difference, 1));
        QVERIFY(QString::fromStdString(result.note).contains("1 without a partner"));
    }

    void otherSeedsFallBackToWelch() {
        // means 2 and 5, both with variance 1 over 3: error sqrt(2/3), 4 degrees of freedom, t(0.975; 4) = 2.776445
        const Comparison result = compare(seeded({1, 2, 3}), seeded({4, 5, 6}, 10), 0.95, 0.003);
        QVERIFY(!result.paired);
        QCOMPARE(result.n, 3);
        const double half = 2.7764451051977987 * std::sqrt(2.0 / 3);
        QVERIFY(near(result.interval->low, 3 - half));
        QVERIFY(near(result.interval->high, 3 + half));
        QVERIFY(near(*result.pValue, 0.021311641128756857, 1e-7));
        QCOMPARE(result.verdict, Verdict::Better);
        QCOMPARE(result.note, std::string("seeds differ: not paired"));
    }

    void unequalVariancesTakeFewerDegreesOfFreedom() {
        // Welch-Satterthwaite by hand: variances 1 and 100 over 3 and 3 -> freedom (101/3)^2 / ((1/9 + 10000/9) / 2) = 2.0400
        const Comparison result = compare(seeded({-1, 0, 1}), seeded({0, 10, 20}, 10), 0.95, 0);
        QVERIFY(near(*result.pValue, 0.2241, 2e-3));
    }

    void oneSeedDecidesNothing() {
        const Comparison same = compare({{7, 0.5}}, {{7, 0.9}}, 0.95, 0.003);
        QCOMPARE(same.verdict, Verdict::CannotTell);
        QVERIFY(!same.interval && !same.pValue);
        QCOMPARE(same.n, 1);
        QVERIFY(near(same.difference, 0.4));
        QCOMPARE(same.note, std::string("for this seed only"));
        const Comparison different = compare({{7, 0.5}}, {{8, 0.9}, {9, 0.8}}, 0.95, 0.003);
        QCOMPARE(different.verdict, Verdict::CannotTell);
        QVERIFY(!different.interval);
        QVERIFY(!different.note.empty());
    }

    void nothingToCompareDecidesNothing() {
        const Comparison result = compare({}, seeded({1, 2, 3}), 0.95, 0.003);
        QCOMPARE(result.verdict, Verdict::CannotTell);
        QCOMPARE(result.n, 0);
        QVERIFY(!result.interval);
        QCOMPARE(result.note, std::string("no values to compare"));
    }

    void divergedRunsAreLeftOutAndSaid() {
        const Comparison result = compare(seeded({1, 2, 3}), seeded({2, notANumber, 4}), 0.95, 0.003);
        QCOMPARE(result.n, 2);
        QVERIFY(std::isfinite(result.difference));
        QVERIFY(QString::fromStdString(result.note).contains("not a finite number"));
    }

    void repeatedSeedCountsOnce() {
        const Sample twice{{0, 1}, {0, 3}, {1, 5}};
        const Comparison result = compare(twice, {{0, 2}, {1, 5}}, 0.95, 0.003);
        QCOMPARE(result.n, 2);
        QCOMPARE(result.difference, 0.0);
    }

    void withoutSpreadTheIntervalIsAPoint_data() {
        QTest::addColumn<double>("shift");
        QTest::addColumn<int>("verdict");
        QTest::addColumn<double>("p");
        QTest::newRow("equal") << 0.0 << int(Verdict::Equal) << 1.0;
        QTest::newRow("above") << 0.25 << int(Verdict::Better) << 0.0;
        QTest::newRow("below") << -0.25 << int(Verdict::Worse) << 0.0;
    }
    void withoutSpreadTheIntervalIsAPoint() {
        QFETCH(double, shift);
        QFETCH(int, verdict);
        QFETCH(double, p);
        const Comparison result = compare(seeded({0.5, 0.5}), seeded({0.5 + shift, 0.5 + shift}), 0.95, 0.003);
        QCOMPARE(result.interval->low, shift);
        QCOMPARE(result.interval->high, shift);
        QCOMPARE(*result.pValue, p);
        QCOMPARE(int(result.verdict), verdict);
    }

    void verdicts_data() {
        QTest::addColumn<double>("centre");
        QTest::addColumn<double>("margin");
        QTest::addColumn<QString>("verdict");
        QTest::addColumn<bool>("belowMargin");
        // differences centre -1, +0, +1: the interval is centre +- 2.4841
        QTest::newRow("whole interval above") << 2.6 << 0.5 << "better" << false;
        QTest::newRow("whole interval below") << -2.6 << 0.5 << "worse" << false;
        QTest::newRow("inside the margin") << 0.0 << 2.6 << "equal" << true;
        QTest::newRow("upper end beyond the margin") << 0.2 << 2.6 << "cannot tell" << true;
        QTest::newRow("lower end beyond the margin") << -0.2 << 2.6 << "cannot tell" << true;
        QTest::newRow("contains 0") << 2.4 << 0.5 << "cannot tell" << false;
        QTest::newRow("better, yet below the margin") << 2.6 << 3.0 << "better" << true;
        QTest::newRow("no margin is never equal") << 0.0 << 0.0 << "cannot tell" << false;
    }
    void verdicts() {
        QFETCH(double, centre);
        QFETCH(double, margin);
        QFETCH(QString, verdict);
        QFETCH(bool, belowMargin);
        const Comparison result = compare(seeded({0, 0, 0}), seeded({centre - 1, centre, centre + 1}), 0.95, margin);
        QCOMPARE(QString::fromStdString(toText(result.verdict)), verdict);
        QCOMPARE(result.belowMargin, belowMargin);
    }

    void holmWidensTheSmallestPMost() {
        const Sample baseline = seeded({0, 0, 0});
        const std::vector<Sample> others{seeded({-1, 0, 1.2}), seeded({99, 100, 101}), seeded({9, 10, 11})};
        const auto all = compareAll(baseline, others, 0.95, 0);
        const double levels[] = {0.95, 1 - 0.05 / 3, 1 - 0.05 / 2};
        for (size_t i = 0; i < others.size(); ++i) {
            const Comparison alone = compare(baseline, others[i], levels[i], 0);
            QVERIFY(near(all[i].interval->low, alone.interval->low));
            QVERIFY(near(all[i].interval->high, alone.interval->high));
            QVERIFY(near(*all[i].pValue, *alone.pValue));
        }
        QCOMPARE(all[1].verdict, Verdict::Better);
        QCOMPARE(all[2].verdict, Verdict::Better);
        QCOMPARE(all[0].verdict, Verdict::CannotTell);
    }

    void holmStopsAtTheFirstThatIsNotRejected() {
        // each alone has p = 0.035 < 0.05, but the first must pass 0.025: neither may
        const Sample baseline = seeded({0, 0, 0}), other = seeded({2, 3, 4});
        QCOMPARE(compare(baseline, other, 0.95, 0).verdict, Verdict::Better);
        for (const Comparison& comparison : compareAll(baseline, {other, other}, 0.95, 0)) {
            QVERIFY(*comparison.pValue < 0.05);
            QCOMPARE(comparison.verdict, Verdict::CannotTell);
        }
    }

    void comparisonsThatCannotBeTestedDoNotCostPower() {
        const Sample baseline = seeded({0, 0, 0}), other = seeded({2, 3, 4});
        const auto all = compareAll(baseline, {{{0, 5.0}}, other}, 0.95, 0);
        QCOMPARE(all[0].verdict, Verdict::CannotTell);
        QCOMPARE(all[1].verdict, Verdict::Better);
    }

    void meanLiesInItsInterval() {
        QVERIFY(rc::check([] {
            const auto sample = *values(2);
            const auto interval = meanInterval(sample, 0.9);
            const double mean = summarise(sample).mean;
            RC_ASSERT(interval->low <= mean && mean <= interval->high);
            const auto wider = meanInterval(sample, 0.99);
            RC_ASSERT(wider->low <= interval->low && interval->high <= wider->high);
        }));
    }

    void shiftOfBothSidesChangesNothing() {
        QVERIFY(rc::check([] {
            const auto a = *values(2), b = *values(2);
            const double shift = *rc::gen::inRange(-1000, 1000);
            auto shiftedA = a, shiftedB = b;
            for (double& value : shiftedA)
                value += shift;
            for (double& value : shiftedB)
                value += shift;
            const uint64_t seedOfB = *rc::gen::element(0, 1000);
            const auto before = compare(seeded(a), seeded(b, seedOfB), 0.95, 0.5);
            const auto after = compare(seeded(shiftedA), seeded(shiftedB, seedOfB), 0.95, 0.5);
            RC_ASSERT(near(before.difference, after.difference, 1e-7));
            RC_ASSERT(near(before.interval->low, after.interval->low, 1e-6));
            RC_ASSERT(near(before.interval->high, after.interval->high, 1e-6));
        }));
    }

    void answersOnTheSameImagesAreCompared_data() {
        QTest::addColumn<int>("onlyFirst");
        QTest::addColumn<int>("onlySecond");
        QTest::addColumn<double>("p");
        QTest::newRow("2 against 10") << 10 << 2 << 158.0 / 4096;  // 2 (1 + 12 + 66) / 2^12
        QTest::newRow("none") << 0 << 0 << 1.0;
        QTest::newRow("as many") << 7 << 7 << 1.0;
        QTest::newRow("all of one") << 0 << 6 << 2.0 / 64;
    }
    void answersOnTheSameImagesAreCompared() {
        QFETCH(int, onlyFirst);
        QFETCH(int, onlySecond);
        QFETCH(double, p);
        const PairedAnswers result = mcnemar(onlyFirst, onlySecond, 1000, 0.95),
                            mirrored = mcnemar(onlySecond, onlyFirst, 1000, 0.95);
        QVERIFY2(near(result.pValue, p), qPrintable(QString::number(result.pValue, 'g', 17)));
        QCOMPARE(result.difference, (onlySecond - onlyFirst) / 1000.0);
        QVERIFY(near(result.interval.low, -mirrored.interval.high) && near(mirrored.pValue, p));
        QVERIFY(result.interval.low <= result.difference && result.difference <= result.interval.high);
        QVERIFY_EXCEPTION_THROWN(mcnemar(onlyFirst, onlySecond, onlyFirst + onlySecond - 1, 0.95), std::invalid_argument);
    }

    /// Of networks that are equally good: the test says otherwise in at most its share of cases, the interval holds 0 in its own.
    void answersOfEqualNetworksAreToldApartAsSeldomAsPromised() {
        std::mt19937_64 random(7);
        constexpr int rounds = 4000, images = 500;
        std::binomial_distribution<int> disagreements(images, 0.1);
        int told = 0, held = 0;
        for (int i = 0; i < rounds; ++i) {
            const int either = disagreements(random), first = std::binomial_distribution<int>(either, 0.5)(random);
            const PairedAnswers result = mcnemar(first, either - first, images, 0.95);
            told += result.pValue < 0.05;
            held += result.interval.low <= 0 && 0 <= result.interval.high;
        }
        QVERIFY2(told <= 0.05 * rounds, qPrintable(QString::number(told)));  // exact: never more often
        QVERIFY2(std::abs(held - 0.95 * rounds) < 4 * std::sqrt(0.05 * 0.95 * rounds), qPrintable(QString::number(held)));
    }

    void swappingTheSidesMirrors() {
        QVERIFY(rc::check([] {
            const auto a = seeded(*values(1)), b = seeded(*values(1), *rc::gen::element(0, 1000));
            const auto there = compare(a, b, 0.95, 0.5), back = compare(b, a, 0.95, 0.5);
            RC_ASSERT(there.difference == -back.difference);
            RC_ASSERT(there.interval.has_value() == back.interval.has_value());
            if (there.interval) RC_ASSERT(near(there.interval->low, -back.interval->high));
            RC_ASSERT((there.verdict == Verdict::Better) == (back.verdict == Verdict::Worse));
            RC_ASSERT((there.verdict == Verdict::Equal) == (back.verdict == Verdict::Equal));
        }));
    }
};

QTEST_GUILESS_MAIN(TestStats)
#include "tst_stats.moc"
