#include <algorithm>
#include <rapidcheck.h>

#include <QTest>

#include "tests/plot/random_points.h"
#include "ui/plot/curve_line.h"

using namespace gaplab::ui;

namespace {

CurveData dataOf(const std::vector<QPointF>& points) {
    CurveData data;
    for (const QPointF& point : points)
        data.append(point.x(), point.y());
    return data;
}

Extremes bruteExtremes(const CurveData& data, size_t begin, size_t end) {
    Extremes found;
    for (size_t i = begin; i < end; ++i)
        if (std::isfinite(data.y(i))) found.add(static_cast<float>(data.y(i)));
    return found;
}

/// Sizes around those of blocks, chunks and regions.
rc::Gen<size_t> sizes() {
    return rc::gen::element<size_t>(1, 2, 15, 16, 17, 255, 511, 512, 513, 1000, 4095, 4096, 4097, 9000);
}

}  // namespace

class TestCurveData : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyPointIsKept() {
        QVERIFY(rc::check([](uint32_t seed) {
            const std::vector<QPointF> points = randomPoints(seed, *sizes());
            const CurveData data = dataOf(points);
            RC_ASSERT(data.size() == points.size());
            for (size_t i = 0; i < points.size(); ++i) {
                RC_ASSERT(std::abs(data.x(i) - points[i].x()) <= 3e-14 * std::abs(points[i].x()));
                if (i > 0) RC_ASSERT(data.x(i - 1) <= data.x(i));
                if (std::isnan(points[i].y()))
                    RC_ASSERT(std::isnan(data.y(i)));
                else
                    RC_ASSERT(data.y(i) == static_cast<double>(static_cast<float>(points[i].y())));
            }
        }));
    }

    void pointWithoutPlaceIsLeftOutAndHugeValueStaysFinite() {
        CurveData data = dataOf({{0, 1e300}, {std::numeric_limits<double>::quiet_NaN(), 1}, {1, -1e300}});
        QCOMPARE(data.size(), size_t{2});
        QVERIFY(std::isfinite(data.y(0)) && std::isfinite(data.y(1)));
        data.clear();
        QVERIFY(data.empty());
        QVERIFY(data.extremes(0, 0).empty());
    }

    void extremesEqualBruteForce() {
        QVERIFY(rc::check([](uint32_t seed) {
            const CurveData data = dataOf(randomPoints(seed, *sizes()));
            for (int round = 0; round < 20; ++round) {
                const size_t end = round % 2 == 0 ? data.size() : *rc::gen::inRange<size_t>(0, data.size() + 1);
                const size_t begin = round % 3 == 0 ? 0 : *rc::gen::inRange<size_t>(0, end + 1);
                RC_ASSERT(data.extremes(begin, end) == bruteExtremes(data, begin, end));
                for (const float sign : {-1.F, 1.F}) {
                    Extremes brute;
                    for (size_t i = begin; i < end; ++i)
                        if (data.finiteY(i) * sign > 0) brute.add(data.finiteY(i));
                    RC_ASSERT(data.extremesOfSign(begin, end, sign) == brute);
                }
            }
        }));
    }

    void seekingEqualsBruteForce() {
        QVERIFY(rc::check([](uint32_t seed) {
            const CurveData data = dataOf(randomPoints(seed, *sizes()));
            for (int round = 0; round < 20; ++round) {
                const size_t from = *rc::gen::inRange<size_t>(0, data.size());
                const size_t stride = *rc::gen::inRange<size_t>(0, 2 * data.size());
                double x = data.x(*rc::gen::inRange<size_t>(from, data.size()));
                x += *rc::gen::element(0.0, 1e-9, -1e-9, 1e-4, 0.1, -0.1, 10.0, 1e9);
                size_t brute = from;
                while (brute < data.size() && data.x(brute) < x)
                    ++brute;
                RC_ASSERT(data.seek(x, from, stride) == brute);
            }
        }));
    }

    void nearlyTheSameXIsNear() {
        bool shortened = false;
        QVERIFY(rc::check([&shortened](uint32_t seed) {
            const CurveData data = dataOf(randomPoints(seed, *sizes()));
            for (size_t i = 0; i < data.size(); ++i) {
                const double away = std::abs(data.nearlyX(i) - data.x(i));
                const double distance = i == 0 ? 0.25 : data.x(i) - data.x(i - 1);
                RC_ASSERT(away <= 2e-6 * distance);
                shortened = shortened || away > 0;
            }
        }));
        QVERIFY(shortened);  // or the shorter way was never taken
    }

    /// Whatever the order in which points come, the same is kept.
    void sortingInEqualsAppending() {
        QVERIFY(rc::check([](uint32_t seed) {
            std::vector<QPointF> points = randomPoints(seed, *rc::gen::element<size_t>(1, 40, 600, 1200));
            const CurveData atOnce = dataOf(points);
            std::mt19937 random(seed);
            // Some blocks come late, as when a run is taken up again at an earlier epoch; equal x keep their order within them.
            const size_t cut = random() % points.size();
            std::ranges::rotate(points, points.begin() + static_cast<std::ptrdiff_t>(cut));
            const CurveData late = dataOf(points);
            RC_ASSERT(late.size() == atOnce.size());
            RC_ASSERT(late.extremes(0, late.size()) == atOnce.extremes(0, atOnce.size()));
            for (size_t i = 0; i < late.size(); ++i)
                RC_ASSERT(late.x(i) == atOnce.x(i));
            for (size_t i = 0; i + 16 < late.size(); i += 5)
                RC_ASSERT(late.extremes(i, late.size()) == bruteExtremes(late, i, late.size()));
        }));
    }

    void columnsEqualBruteForce() {
        QVERIFY(rc::check([](uint32_t seed) {
            const CurveData data = dataOf(randomPoints(seed, *sizes()));
            const int count = *rc::gen::inRange(1, 400);
            AxisScale x;
            x.logarithmic = data.x(0) > 0 && *rc::gen::arbitrary<bool>();
            const auto across = [&x](double value) { return x.logarithmic ? std::log(value) : value; };
            const double from = across(data.x(*rc::gen::inRange<size_t>(0, data.size())));
            const double to = from + *rc::gen::element(1e-3, 1.0, 1.0, 30.0) * (across(data.x(data.size() - 1)) - from + 0.01);
            x.factor = count / (to - from);
            x.offset = -x.factor * from;
            const std::vector<double> edges = columnEdges(x, count);
            std::vector<Extremes> brute(static_cast<size_t>(count));
            for (size_t i = 0; i < data.size(); ++i) {
                const auto behind = std::ranges::upper_bound(edges, data.x(i));
                if (behind == edges.begin() || behind == edges.end() || std::isnan(data.finiteY(i))) continue;
                brute[static_cast<size_t>(behind - edges.begin()) - 1].add(data.finiteY(i));
            }
            std::vector<Extremes> found(static_cast<size_t>(count));
            for (const CurveColumn& column : columnsOf(data, edges))
                found[static_cast<size_t>(column.column)] = column.values;
            RC_ASSERT(found == brute);
        }));
    }

    void memoryOfAPointIsBounded() {
        CurveData data;
        for (int i = 0; i < 1'000'000; ++i) {
            data.append(i / 391.0, std::sin(i));
            if (i > 20'000) QVERIFY2(data.bytes() <= 12 * data.size(), qPrintable(QString::number(i)));
        }
        QVERIFY(data.bytes() <= 12 * data.size());
        qInfo("%.3f bytes a point", static_cast<double>(data.bytes()) / static_cast<double>(data.size()));
    }
};

int runCurveDataTests(int argc, char** argv) {
    TestCurveData tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_curve_data.moc"
