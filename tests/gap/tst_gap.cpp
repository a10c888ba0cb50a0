#include <cmath>
#include <limits>
#include <rapidcheck.h>

#include <QtTest>

#include "core/gap/dynamics.h"
#include "core/gap/target.h"

using namespace gaplab;

namespace {

/// 0 points at the start, 3 from epoch 5 on, 1.5 to either side.
GapTarget ramp() {
    return {.teacher = "static", .target = {{{0.0, 0.0}, {5.0, 3.0}}}, .band = 1.5};
}

GapTarget constantTarget(double points, double band) {
    return {.teacher = "static", .target = Curve::constant(points), .band = band};
}

}  // namespace

class GapTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theTargetFollowsItsCurve_data() {
        QTest::addColumn<double>("epoch");
        QTest::addColumn<double>("wanted");
        QTest::newRow("before the first point") << -1.0 << 0.0;
        QTest::newRow("first point") << 0.0 << 0.0;
        QTest::newRow("between") << 2.5 << 1.5;
        QTest::newRow("last point") << 5.0 << 3.0;
        QTest::newRow("beyond") << 100.0 << 3.0;
    }
    void theTargetFollowsItsCurve() {
        QFETCH(double, epoch);
        QFETCH(double, wanted);
        QCOMPARE(targetAt(ramp(), epoch), wanted);
    }

    void theBandIncludesItsEdges_data() {
        QTest::addColumn<double>("epoch");
        QTest::addColumn<double>("gap");
        QTest::addColumn<bool>("inside");
        QTest::newRow("on target") << 5.0 << 3.0 << true;
        QTest::newRow("upper edge") << 5.0 << 4.5 << true;
        QTest::newRow("lower edge") << 5.0 << 1.5 << true;
        QTest::newRow("edge computed from fractions") << 5.0 << 100.0 * (0.845 - 0.8) << true;
        QTest::newRow("above") << 5.0 << 4.51 << false;
        QTest::newRow("below") << 5.0 << 1.49 << false;
        QTest::newRow("the band moves with the target") << 0.0 << 3.0 << false;
        QTest::newRow("below zero near the start") << 0.0 << -1.5 << true;
        QTest::newRow("not a number") << 5.0 << std::nan("") << false;
        QTest::newRow("infinite") << 5.0 << std::numeric_limits<double>::infinity() << false;
    }
    void theBandIncludesItsEdges() {
        QFETCH(double, epoch);
        QFETCH(double, gap);
        QFETCH(bool, inside);
        QCOMPARE(inBand(ramp(), {epoch, gap}), inside);
    }

    void theShareCountsEvaluations() {
        QVERIFY(!shareInBand(ramp(), {}));
        QCOMPARE(*shareInBand(ramp(), {{0, 0}, {5, 3}, {6, 9}, {7, -9}}), 0.5);
        QCOMPARE(*shareInBand(ramp(), {{0, 5}}), 0.0);
        QCOMPARE(*shareInBand(ramp(), {{9, 2.0}}), 1.0);
    }

    void slopeAreaAndTimeOutside() {
        QVERIFY(!gapDynamics({}, nullptr).slope && !gapDynamics({}, nullptr).outside);
        QCOMPARE(gapDynamics({}, nullptr).area, 0.0);
        // A straight line of 2 points an epoch from 1: area of a trapezoid.
        std::vector<GapPoint> line;
        for (const double epoch : {0.0, 1.0, 1.5, 3.0, 4.0, 5.0})
            line.push_back({epoch, 1 + 2 * epoch});
        const GapDynamics straight = gapDynamics(line, nullptr);
        QVERIFY(std::abs(*straight.slope - 2) < 1e-12);
        QVERIFY(std::abs(straight.area - 5 * (1 + 11) / 2.0) < 1e-12);
        // Against 3 +- 1.5: at epochs 1 (3) and 1.5 (4) inside, then 1.5 + 1 + 1 epochs outside.
        const GapTarget target = constantTarget(3.0, 1.5);
        QCOMPARE(*gapDynamics(line, &target).outside, 3.5);
        // What is no number is left out, not counted as nothing.
        line.insert(line.begin() + 2, {1.2, std::nan("")});
        QVERIFY(std::abs(gapDynamics(line, &target).area - straight.area) < 1e-12);
        QVERIFY(!gapDynamics({{0, 1}, {1, 2}, {2, 3}}, nullptr).slope);  // two in the later half tell no slope
    }

    void aWiderBandNeverHoldsFewer() {
        QVERIFY(rc::check("share grows with the band", [](const std::vector<std::pair<int, int>>& measured, unsigned char width) {
            std::vector<GapPoint> points;
            for (const auto& [epoch, gap] : measured)
                points.push_back({std::abs(epoch % 100) * 1.0, gap % 100 * 1.0});
            RC_PRE(!points.empty());
            GapTarget thin = ramp(), wide = ramp();
            thin.band = width * 0.1 + 0.1;
            wide.band = thin.band + 1.0;
            RC_ASSERT(*shareInBand(thin, points) <= *shareInBand(wide, points));
        }));
    }

    void noiseIsThatOfPairedProportions() {
        QVERIFY(std::abs(samplingNoise(0.0, 0.25, 5000) - 1.3859) < 1e-3);
        QVERIFY(std::abs(samplingNoise(3.0, 0.25, 3000) - 100 * 1.96 * std::sqrt((0.25 - 0.0009) / 3000)) < 1e-9);
        QCOMPARE(samplingNoise(60.0, 0.25, 100), 0.0);  // more gap than disagreement cannot be; no root of a negative number
    }

    void noiseNeedsImagesAndAShare() {
        QVERIFY_EXCEPTION_THROWN(samplingNoise(3.0, 0.25, 0), Error);
        QVERIFY_EXCEPTION_THROWN(samplingNoise(3.0, 1.5, 100), Error);
        QVERIFY_EXCEPTION_THROWN(samplingNoise(3.0, std::nan(""), 100), Error);
    }

    void onlyAThinBandIsWarnedOf_data() {
        QTest::addColumn<double>("band");
        QTest::addColumn<int>("images");
        QTest::addColumn<bool>("warned");
        QTest::newRow("wide") << 1.5 << 5000 << false;
        QTest::newRow("thin") << 1.0 << 5000 << true;
        QTest::newRow("few images") << 1.5 << 1000 << true;
    }
    void onlyAThinBandIsWarnedOf() {
        QFETCH(double, band);
        QFETCH(int, images);
        QFETCH(bool, warned);
        const auto warning = thinBandWarning(constantTarget(3.0, band), {.images = images});
        QCOMPARE(warning.has_value(), warned);
        if (warned) QVERIFY2(warning->find(std::to_string(images)) != std::string::npos, warning->c_str());
    }

    void aTargetThroughZeroIsJudgedAtZero() {
        GapTarget crossing = ramp();
        crossing.target = {{{0.0, -40.0}, {5.0, 40.0}}};
        crossing.band = 1.3;
        QVERIFY(thinBandWarning(crossing, {.images = 5000}));
        QVERIFY(!thinBandWarning(constantTarget(40.0, 1.3), {.images = 5000}));
    }

    void theWarningTellsWhatItRestsOn() {
        const GapTarget target = constantTarget(3.0, 1.0);
        const auto says = [](const std::optional<std::string>& warning, const char* words) {
            return warning && warning->find(words) != std::string::npos;
        };
        QVERIFY(says(thinBandWarning(target, {.images = 1000}), "validation images"));
        QVERIFY(says(thinBandWarning(target, {.images = 1000}), "assumed"));
        const GapSample measured{.images = 1000, .training = true, .disagreement = 0.1, .assumed = false};
        QVERIFY(says(thinBandWarning(target, measured), "training images"));
        QVERIFY(says(thinBandWarning(target, measured), "10 %"));
        QVERIFY(says(thinBandWarning(target, measured), "measured"));
        // Networks that agree more leave less noise: the same band is wide enough.
        QVERIFY(!thinBandWarning(target, {.images = 1000, .disagreement = 0.02, .assumed = false}));
    }
};

int runGapTests(int argc, char** argv) {
    GapTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_gap.moc"
