#include <algorithm>
#include <malloc.h>
#include <rapidcheck.h>

#include <QTest>

#include "tests/plot/random_points.h"
#include "ui/plot/plot_curve.h"

using namespace gaplab::ui;

namespace {

constexpr int plotWidth = 150, plotHeight = 100;

/// A plot that is nothing but its curves.
struct BarePlot : QCustomPlot {
    BarePlot() {
        setAttribute(Qt::WA_DontShowOnScreen);
        resize(plotWidth, plotHeight);
        show();
        axisRect()->setAutoMargins(QCP::msNone);
        axisRect()->setMargins({});
        for (QCPAxis* axis : axisRect()->axes())
            axis->setVisible(false);
        for (QCPAxis* axis : {xAxis, yAxis})
            axis->grid()->setVisible(false);
        addLayer("curves", layer("main"), limBelow);
        addLayer("curveSheet", layer("curves"), limAbove);
        sheet = new CurveSheet(this, "curveSheet");
    }

    PlotCurve* addCurve(const std::vector<QPointF>& points = {}) {
        auto* curve = new PlotCurve(xAxis, yAxis, sheet);
        curve->setLayer("curves");
        curve->setPen(QPen(Qt::black, 1));
        for (const QPointF& point : points)
            curve->data().append(point.x(), point.y());
        return curve;
    }

    QImage picture() {
        replot(QCustomPlot::rpImmediateRefresh);
        return grab().toImage();
    }

    CurveSheet* sheet = nullptr;
};

struct Rows {
    int top = plotHeight, bottom = -1;
    void add(double y) {
        top = std::min(top, static_cast<int>(std::lround(y)));
        bottom = std::max(bottom, static_cast<int>(std::lround(y)));
    }
};

/// What the line covers of each column, point by point and line by line.
std::vector<Rows> bruteRows(const BarePlot& plot, const CurveData& data) {
    std::vector<Rows> rows(plotWidth);
    const auto put = [&rows](int column, double y) {
        if (column >= 0 && column < plotWidth) rows[static_cast<size_t>(column)].add(y);
    };
    const auto columnOf = [](double x) { return static_cast<int>(std::clamp(std::floor(x + 0.5), -1.0, plotWidth + 1.0)); };
    QPointF last;
    bool joined = false;
    for (size_t i = 0; i < data.size(); ++i) {
        const double value = data.y(i);
        const QPointF now(plot.xAxis->coordToPixel(data.x(i)), plot.yAxis->coordToPixel(value));
        const bool finite = std::isfinite(value);
        if (finite) put(columnOf(now.x()), now.y());
        if (finite && joined)
            for (int edge = std::max(0, columnOf(last.x()) + 1); edge <= std::min(plotWidth, columnOf(now.x())); ++edge) {
                const double y = last.y() + (now.y() - last.y()) * (edge - 0.5 - last.x()) / (now.x() - last.x());
                put(edge - 1, y);
                put(edge, y);
            }
        last = now;
        joined = finite;
    }
    return rows;
}

Rows drawnRows(const QImage& picture, int column) {
    Rows rows;
    for (int y = 0; y < plotHeight; ++y)
        if (qGray(picture.pixel(column, y)) < 128) rows.add(y);
    return rows;
}

size_t heap() {
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

}  // namespace

class TestCurve : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// Lines that leave the picture are cut at its rim, and rounding may tip a row to either side.
    void everyColumnReachesFromItsSmallestToItsLargestValue() {
        BarePlot plot;
        QVERIFY(rc::check([&plot](uint32_t seed) {
            plot.clearPlottables();
            PlotCurve* curve = plot.addCurve(randomPoints(seed, *rc::gen::element<size_t>(400, 1500, 8000)));
            const bool logarithmic = *rc::gen::arbitrary<bool>();
            plot.yAxis->setScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
            plot.yAxis->setRange(*rc::gen::element(QCPRange(0.5, 9), QCPRange(0.01, 1200), QCPRange(2, 3)));
            const CurveData& data = curve->data();
            const size_t size = data.size(), visible = *rc::gen::element(size, size / 2);
            plot.xAxis->setRange(data.x((size - visible) / 3), data.x((size - visible) / 3 + visible - 1));
            const QImage picture = plot.picture();
            const std::vector<Rows> brute = bruteRows(plot, data);
            for (int column = 0; column < plotWidth; ++column) {
                const Rows drawn = drawnRows(picture, column), wanted = brute[static_cast<size_t>(column)];
                const bool within = wanted.bottom >= 1 && wanted.top <= plotHeight - 2;
                if (!within) continue;
                RC_ASSERT(std::abs(drawn.top - std::max(0, wanted.top)) <= 1);
                RC_ASSERT(std::abs(drawn.bottom - std::min(plotHeight - 1, wanted.bottom)) <= 1);
            }
        }));
    }

    void gapIsLeftOpenInACrowd() {
        BarePlot plot;
        std::vector<QPointF> points;
        for (int i = 0; i < 15'000; ++i)
            points.emplace_back(i, i / 1500 == 4 ? std::numeric_limits<double>::quiet_NaN() : i % 7);
        plot.addCurve(points);
        plot.xAxis->setRange(0, 15'000);
        plot.yAxis->setRange(-1, 7);
        const QImage picture = plot.picture();
        QVERIFY(drawnRows(picture, 30).bottom > 0);
        QCOMPARE(drawnRows(picture, 67).bottom, -1);
        QVERIFY(drawnRows(picture, 90).bottom > 0);
    }

    void laterCurvesLieAboveEarlierOnesHoweverTheyAreDrawn() {
        BarePlot plot;
        std::vector<QPointF> many, few = {{0, 1}, {999, 1}};
        for (int i = 0; i < 1000; ++i)
            many.emplace_back(i, 1);
        plot.xAxis->setRange(0, 999);
        plot.yAxis->setRange(0, 2);
        const auto colour = [&plot](const std::vector<QPointF>& below, const std::vector<QPointF>& above) {
            plot.clearPlottables();
            plot.addCurve(below)->setPen(QPen(Qt::red, 5));
            plot.addCurve(above)->setPen(QPen(Qt::blue, 5));
            return plot.picture().pixelColor(plotWidth / 2, qRound(plot.yAxis->coordToPixel(1)));
        };
        for (const auto& below : {many, few})
            for (const auto& above : {many, few})
                QCOMPARE(colour(below, above), QColor(Qt::blue));
    }

    void ghostShinesThroughAndDashIsBroken() {
        BarePlot plot;
        std::vector<QPointF> points;
        for (int i = 0; i < 1000; ++i)
            points.emplace_back(i, 1);
        PlotCurve* curve = plot.addCurve(points);
        plot.xAxis->setRange(0, 999);
        plot.yAxis->setRange(0, 2);
        const int row = qRound(plot.yAxis->coordToPixel(1));
        curve->setPen(QPen(QColor(0, 0, 0, 64), 1));
        QVERIFY(std::abs(plot.picture().pixelColor(70, row).red() - 191) <= 2);
        curve->setPen(QPen(Qt::black, 1, Qt::DashLine));
        const QImage picture = plot.picture();
        int dark = 0;
        for (int column = 0; column < plotWidth; ++column)
            dark += picture.pixelColor(column, row).red() < 128;
        QVERIFY(dark > plotWidth / 2 && dark < 9 * plotWidth / 10);
    }

    void rangesAndDistances() {
        BarePlot plot;
        const double nan = std::numeric_limits<double>::quiet_NaN();
        PlotCurve* curve = plot.addCurve({{-2, -5}, {-1, nan}, {1, 3}, {2, 8}});
        bool found = false;
        QCOMPARE(curve->getKeyRange(found), QCPRange(-2, 2));
        QCOMPARE(curve->getKeyRange(found, QCP::sdPositive), QCPRange(1, 2));
        QCOMPARE(curve->getValueRange(found), QCPRange(-5, 8));
        QCOMPARE(curve->getValueRange(found, QCP::sdPositive), QCPRange(3, 8));
        QCOMPARE(curve->getValueRange(found, QCP::sdNegative), QCPRange(-5, -5));
        QCOMPARE(curve->getValueRange(found, QCP::sdBoth, QCPRange(0.5, 1)), QCPRange(3, 3));
        QVERIFY(found);
        curve->getValueRange(found, QCP::sdBoth, QCPRange(-1.5, 0));
        QVERIFY(!found);
        plot.xAxis->setRange(-3, 3);
        plot.yAxis->setRange(-10, 10);
        const auto at = [&plot](double x, double y) { return QPointF(plot.xAxis->coordToPixel(x), plot.yAxis->coordToPixel(y)); };
        QVERIFY(curve->selectTest(at(1.5, 5.5), false) < 1);
        QVERIFY(curve->selectTest(at(2, 8), false) < 1e-6);
        QVERIFY(std::abs(curve->selectTest(at(2, 8) + QPointF(0, -6), false) - 6) < 0.5);
        QVERIFY(curve->selectTest(at(-0.5, 0), false) > 8);  // in the gap
    }

    void aDayOfPointsStaysSmall() {
        constexpr int seconds = 86'400, series = 8;
        BarePlot plot;
        std::vector<PlotCurve*> curves;
        for (int i = 0; i < series; ++i)
            curves.push_back(plot.addCurve());
        plot.yAxis->setRange(-2, 2);
        plot.picture();
        const size_t before = heap();
        for (int second = 0; second < seconds; ++second) {
            for (int i = 0; i < series; ++i)
                curves[static_cast<size_t>(i)]->data().append(second, std::sin(second * (i + 1)));
            if (second % 600 != 599) continue;
            plot.xAxis->setRange(0, second);
            plot.picture();
        }
        const size_t filled = heap();
        const double perPoint = static_cast<double>(filled - before) / (series * seconds);
        qInfo("%.2f bytes of the heap a point", perPoint);
        QVERIFY(perPoint <= 12.5);  // what the sheet holds on to is counted too
        for (const PlotCurve* curve : curves)
            QVERIFY(curve->data().bytes() <= 12 * curve->data().size());
        for (int i = 0; i < 100; ++i)
            plot.picture();
        QVERIFY(heap() <= filled + 100'000);
    }
};

int runCurveTests(int argc, char** argv) {
    TestCurve tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_curve.moc"
