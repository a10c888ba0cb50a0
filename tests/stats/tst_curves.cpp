#include <cmath>
#include <limits>
#include <rapidcheck.h>

#include <QTest>

#include "core/stats/curves.h"

using namespace gaplab;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

/// Sixty-fourths at whole x, ascending.
rc::Gen<CurvePoints> anyCurve() {
    return rc::gen::exec([] {
        CurvePoints curve;
        const int length = *rc::gen::inRange(0, 40);
        for (int x = 0; x < length; ++x)
            if (*rc::gen::arbitrary<bool>()) curve.push_back({static_cast<double>(x), *rc::gen::inRange(-640, 640) / 64.0});
        return curve;
    });
}

/// By the definition, a point at a time.
std::optional<double> read(const CurvePoints& curve, double x) {
    for (size_t i = 0; i < curve.size(); ++i) {
        if (curve[i].x == x) return curve[i].y;
        if (i > 0 && curve[i - 1].x < x && x < curve[i].x) {
            const double share = (x - curve[i - 1].x) / (curve[i].x - curve[i - 1].x);
            return curve[i - 1].y + share * (curve[i].y - curve[i - 1].y);
        }
    }
    return std::nullopt;
}

bool near(double left, double right) {
    return (std::isnan(left) && std::isnan(right)) || std::abs(left - right) <= 1e-9 * std::max(1.0, std::abs(left));
}

}  // namespace

class TestCurves : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void summariesFollowTheDefinition() {
        QVERIFY(rc::check([] {
            const auto curves = *rc::gen::container<std::vector<CurvePoints>>(anyCurve());
            std::vector<double> xs;
            for (const CurvePoints& curve : curves)
                for (const CurvePoint& point : curve)
                    xs.push_back(point.x);
            std::ranges::sort(xs);
            xs.erase(std::unique(xs.begin(), xs.end()), xs.end());
            const auto summaries = summariseCurves(curves);
            const auto intervals = meanIntervals(summaries, 0.9);
            RC_ASSERT(summaries.size() == xs.size() && intervals.size() == xs.size());
            for (size_t i = 0; i < xs.size(); ++i) {
                std::vector<double> values;
                for (const CurvePoints& curve : curves)
                    if (const auto value = read(curve, xs[i])) values.push_back(*value);
                const Summary wanted = summarise(values);
                const CurveSummary& found = summaries[i];
                RC_ASSERT(found.x == xs[i] && found.n == wanted.n);
                RC_ASSERT(near(found.mean, wanted.mean) && near(found.sd, wanted.sd));
                RC_ASSERT(near(found.least, *std::ranges::min_element(values)) &&
                          near(found.most, *std::ranges::max_element(values)));
                const auto interval = meanInterval(values, 0.9);
                RC_ASSERT(interval.has_value() == !std::isnan(intervals[i].low));
                if (interval) RC_ASSERT(near(interval->low, intervals[i].low) && near(interval->high, intervals[i].high));
            }
        }));
    }

    /// The quick way for repeats at the same x and the one for any x are one rule.
    void equalAndUnequalXAgree() {
        QVERIFY(rc::check([] {
            const CurvePoints curve = *anyCurve();
            RC_PRE(curve.size() > 1);
            CurvePoints thinner = curve;
            for (CurvePoint& point : thinner)
                point.y = 2 * point.y + 1;
            const std::vector<CurvePoints> both = {curve, thinner};
            const auto quick = summariseCurves(both);
            const CurvePoints far = {{curve.front().x - 10, 0}, {curve.front().x - 5, 0}};  // touches neither
            const auto slow = summariseCurves(std::vector<CurvePoints>{curve, thinner, far});
            for (size_t i = 0; i < quick.size(); ++i) {
                const CurveSummary& other = slow[i + 2];
                RC_ASSERT(other.x == quick[i].x && other.n == 2 && other.mean == quick[i].mean && other.sd == quick[i].sd);
            }
        }));
    }

    void aValueThatIsNoNumberIsNotAveragedAway() {
        const std::vector<CurvePoints> curves = {{{0, 1}, {1, notANumber}, {2, 3}}, {{0, 2}, {1, 2}, {2, 5}}};
        const auto summaries = summariseCurves(curves);
        QCOMPARE(summaries[0].mean, 1.5);
        QVERIFY(std::isnan(summaries[1].mean) && std::isnan(summaries[1].sd) && std::isnan(summaries[1].least));
        QCOMPARE(summaries[1].n, 2);
        QCOMPARE(summaries[2].mean, 4.0);
        QCOMPARE(summaries[2].least, 3.0);
        QCOMPARE(summaries[2].most, 5.0);
    }

    void differencesAreTakenWhereBothAre() {
        const CurvePoints curve = {{0, 1}, {1, 2}, {2, 4}, {5, 9}}, other = {{0.5, 1}, {1.5, 3}, {4, 8}};
        QCOMPARE(differenceTo(curve, other), (CurvePoints{{1, 0}, {2, 0}}));
        QCOMPARE(differenceTo(curve, curve).size(), curve.size());
        QVERIFY(differenceTo(curve, {}).empty());
        QVERIFY(summariseCurves({}).empty());
    }
};

QTEST_GUILESS_MAIN(TestCurves)
#include "tst_curves.moc"
