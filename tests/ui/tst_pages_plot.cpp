#include <cmath>
#include <limits>

#include <QAction>
#include <QImage>
#include <QLabel>
#include <QTableView>

#include "tests/ui/drag.h"
#include "tests/ui/pages_tests.h"
#include "ui/plot/plot_view.h"
#include "ui/window/theme.h"

namespace gaplab::ui {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Ink fixedInk(QRgb color) {
    return [color](const QPalette&) { return QColor(color); };
}

constexpr QRgb magenta = 0xffff00ff;  // in no theme

/// Where the magenta of a series is on a picture.
QRect coloured(const QImage& picture) {
    QRect found;
    for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x) {
            const QColor color = picture.pixelColor(x, y);
            if (color.red() > 200 && color.blue() > 200 && color.green() < 120) found |= QRect(x, y, 1, 1);
        }
    return found;
}

QImage draw(PlotView& plot) {
    plot.resize(600, 400);
    plot.show();
    plot.drawNow();
    QTest::qWait(100);  // a view draws at most thirty times a second, and lays itself out before the first time
    plot.drawNow();
    QCoreApplication::processEvents();
    return plot.grab().toImage();
}

}  // namespace

class TestPlot : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyPointGivenIsKept();
    void rangesHoldEveryExtreme_data();
    void rangesHoldEveryExtreme();
    void aFarOffFirstPointDoesNotFlattenTheRest();
    void cursorsCompareTheCurvesBetweenThem();
    void oneSpikeAmongManyPointsIsDrawn();
    void loneFirstPointIsDrawn();
    void notANumberInterruptsTheLineAndIsMarkedOnTheAxis();
    void bandIsInsideTheRange();
    void hiddenPanelTakesNoRoomAndSetsNoRange();
    void zoomStaysWhilePointsComeAndFitEndsIt();
    void followingShowsTheNewestPoint();
    void emptyPlotIsDrawn();
    void coloursFollowTheTheme();
    void tableShowsTheSameNumbers();
    void sentenceIsTheAccessibleName();
    void aDraggedBandIsAWish_data();
    void aDraggedBandIsAWish();
    void escapeEndsADrag();
};

void TestPlot::everyPointGivenIsKept() {
    PlotView plot;
    const int panel = plot.addPanel("Accuracy (%)");
    plot.addSeries("a", panel, {"A", studentInk()});
    const QVector<QPointF> points = {{0, 1}, {1, nan}, {2, std::numeric_limits<double>::infinity()}, {3, -4}};
    plot.setPoints("a", points);
    plot.append("a", {4, 9});
    QCOMPARE(plot.points("a").size(), 5);
    QVERIFY(std::isnan(plot.points("a")[1].y()));
    QVERIFY(std::isinf(plot.points("a")[2].y()));
    QCOMPARE(plot.points("a").last(), QPointF(4, 9));
    plot.clear();
    QVERIFY(!plot.hasSeries("a"));
    QVERIFY(plot.points("a").empty());
}

void TestPlot::rangesHoldEveryExtreme_data() {
    QTest::addColumn<QVector<QPointF>>("points");
    QTest::newRow("one point") << QVector<QPointF>{{3, 7}};
    QTest::newRow("level line") << QVector<QPointF>{{0, 5}, {1, 5}};
    QTest::newRow("negative") << QVector<QPointF>{{0, -5}, {1, -1}};
    QTest::newRow("with NaN") << QVector<QPointF>{{0, nan}, {1, 2}, {2, nan}, {3, 80}};
    QTest::newRow("tiny") << QVector<QPointF>{{0, 1e-9}, {1, 3e-9}};
    QRandomGenerator random(7);
    QVector<QPointF> many;
    for (int i = 0; i < 5000; ++i)
        many += {static_cast<double>(i), std::pow(10, 6 * random.generateDouble())};
    QTest::newRow("many") << many;
}

void TestPlot::rangesHoldEveryExtreme() {
    QFETCH(QVector<QPointF>, points);
    PlotView plot;
    const int panel = plot.addPanel("y");
    plot.addSeries("a", panel, {"A", studentInk()});
    plot.setPoints("a", points);
    plot.drawNow();
    for (const QPointF& point : points) {
        QVERIFY(plot.xRange().first <= point.x() && point.x() <= plot.xRange().second);
        QVERIFY(!std::isfinite(point.y()) || (plot.yRange(panel).first <= point.y() && point.y() <= plot.yRange(panel).second));
    }
}

void TestPlot::aFarOffFirstPointDoesNotFlattenTheRest() {
    PlotView plot;
    const int panel = plot.addPanel("Loss");
    plot.addSeries("loss", panel, {"Loss", studentInk()});
    plot.setPoints("loss", {{0, 2500}, {1, 2}, {2, 1.5}, {3, 1}});
    plot.drawNow();
    QVERIFY(plot.yRange(panel).second < 10 && plot.yRange(panel).first <= 1);
    // Nor is it left out where it is not of another order, or where there is hardly anything else.
    plot.setPoints("loss", {{0, 20}, {1, 2}, {2, 1.5}, {3, 1}});
    plot.drawNow();
    QVERIFY(plot.yRange(panel).second >= 20);
    plot.setPoints("loss", {{0, 2500}, {1, 2}, {2, 1.5}});
    plot.drawNow();
    QVERIFY(plot.yRange(panel).second >= 2500);
}

void TestPlot::cursorsCompareTheCurvesBetweenThem() {
    PlotView plot;
    plot.resize(600, 400);
    plot.show();
    const int panel = plot.addPanel("Accuracy (%)");
    plot.addSeries("a", panel, {"Student", studentInk()});
    plot.setPoints("a", {{0, 10}, {1, 40}, {2, 60}, {3, nan}});
    plot.drawNow();
    QVERIFY(plot.cursorText().isEmpty());
    plot.setCursor(0, 1.2);  // the nearest point counts
    QVERIFY2(plot.cursorText().contains("Student: 40.0"), qPrintable(plot.cursorText()));
    plot.setCursor(1, 2.0);
    QVERIFY2(plot.cursorText().contains("40.0 → 60.0 (+20.0)"), qPrintable(plot.cursorText()));
    plot.setCursor(1, 3.0);
    QVERIFY2(plot.cursorText().contains("40.0 → NaN"), qPrintable(plot.cursorText()));
    auto* label = plot.findChild<QLabel*>("cursorText");
    QVERIFY(label->isVisible() && label->text() == plot.cursorText());
    // By keys: Shift and an arrow move the last one, Escape takes both away, A sets one in the middle.
    QTest::keyClick(&plot, Qt::Key_Left, Qt::ShiftModifier);
    QVERIFY(plot.cursorText().contains("B at 2.9"));
    QTest::keyClick(&plot, Qt::Key_Escape);
    QVERIFY(plot.cursorText().isEmpty() && !label->isVisible());
    QTest::keyClick(&plot, Qt::Key_A);
    QVERIFY(plot.cursorText().contains("A at 1.5"));
    plot.clear();
    QVERIFY(plot.cursorText().isEmpty());
}

void TestPlot::oneSpikeAmongManyPointsIsDrawn() {
    PlotView plot;
    plot.addSeries("a", plot.addPanel("y"), {"A", fixedInk(magenta), Qt::SolidLine, 1, false});
    QVector<QPointF> points;
    for (int i = 0; i < 100'000; ++i)
        points += {static_cast<double>(i), i == 54'321 ? 100.0 : 0.0};
    plot.setPoints("a", points);
    // The line lies at the bottom; only the spike reaches up, and it is one pixel wide.
    QVERIFY(coloured(draw(plot)).height() > 200);
}

void TestPlot::loneFirstPointIsDrawn() {
    PlotView plot;
    plot.addSeries("a", plot.addPanel("y"), {"A", fixedInk(magenta), Qt::SolidLine, 2, false});
    plot.append("a", {0, 10});
    const QRect dot = coloured(draw(plot));
    QVERIFY(dot.width() >= 3);
    QVERIFY(dot.height() >= 3);
}

void TestPlot::notANumberInterruptsTheLineAndIsMarkedOnTheAxis() {
    PlotView plot;
    plot.addSeries("a", plot.addPanel("y"), {"A", fixedInk(magenta), Qt::SolidLine, 2, false});
    plot.setPoints("a", {{0, 10}, {1, 10}, {2, nan}, {3, 10}, {4, 10}});
    const QImage picture = draw(plot);
    const QRect all = coloured(picture);
    const QRect middle = coloured(picture.copy(all.center().x() - 10, 0, 21, picture.height()));
    QVERIFY(middle.height() > 2);            // the cross
    QVERIFY(middle.top() > all.top() + 50);  // and no line above it
}

void TestPlot::bandIsInsideTheRange() {
    PlotView plot;
    const int panel = plot.addPanel("Gap (points)");
    plot.setBand(panel, {{0, 2}, {10, 4}}, 1.5, "Target");
    plot.drawNow();
    QVERIFY(plot.yRange(panel).first <= 0.5);
    QVERIFY(plot.yRange(panel).second >= 5.5);
    QVERIFY(plot.xRange().second >= 10);
    QCOMPARE(plot.bandHalfWidth(panel), 1.5);
    plot.clear();
    QVERIFY(plot.band(panel).empty());
}

void TestPlot::hiddenPanelTakesNoRoomAndSetsNoRange() {
    PlotView plot;
    const int shown = plot.addPanel("a"), hidden = plot.addPanel("b");
    plot.addSeries("a", shown, {"A", fixedInk(magenta), Qt::SolidLine, 2, false});
    plot.addSeries("b", hidden, {"B", studentInk()});
    plot.setPoints("a", {{0, 0}, {1, 10}});
    plot.setPoints("b", {{0, 0}, {50, 10}});
    const int both = coloured(draw(plot)).height();
    plot.setPanelVisible(hidden, false);
    QVERIFY(coloured(draw(plot)).height() > 3 * both / 2);
    QVERIFY(plot.xRange().second < 2);
    plot.setPanelVisible(hidden, true);
    plot.drawNow();
    QVERIFY(plot.xRange().second >= 50);
}

void TestPlot::zoomStaysWhilePointsComeAndFitEndsIt() {
    PlotView plot;
    plot.addSeries("a", plot.addPanel("y"), {"A", studentInk()});
    plot.setPoints("a", {{0, 0}, {10, 10}});
    plot.drawNow();
    plot.zoom(2);
    const auto zoomed = plot.xRange();
    QVERIFY(zoomed.second - zoomed.first < 6);
    plot.append("a", {20, 20});
    plot.drawNow();
    QCOMPARE(plot.xRange(), zoomed);
    plot.fit();
    plot.drawNow();
    QVERIFY(plot.xRange().second >= 20);
}

void TestPlot::followingShowsTheNewestPoint() {
    PlotView plot;
    plot.addSeries("a", plot.addPanel("y"), {"A", studentInk()});
    plot.setPoints("a", {{0, 0}, {10, 10}});
    plot.drawNow();
    plot.setFollowing(true);
    plot.drawNow();
    const double width = plot.xRange().second - plot.xRange().first;
    QVERIFY(width < 5);
    plot.append("a", {30, 5});
    plot.drawNow();
    QVERIFY(plot.xRange().first < 30 && plot.xRange().second >= 30);
    QVERIFY(std::abs(plot.xRange().second - plot.xRange().first - width) < 1e-9);
}

void TestPlot::emptyPlotIsDrawn() {
    PlotView plot;
    plot.addPanel("y");
    QVERIFY(!draw(plot).isNull());
    PlotView bare;  // not even a panel
    QVERIFY(!draw(bare).isNull());
}

void TestPlot::coloursFollowTheTheme() {
    PlotView plot;
    plot.addPanel("y");
    const auto corner = [&plot] {
        const QImage picture = draw(plot);
        return picture.pixelColor(3, picture.height() - 3).lightness();
    };
    const int light = corner();
    applyTheme(Theme::Dark);
    QCoreApplication::processEvents();
    const int dark = corner();
    applyTheme(Theme::Light);
    QVERIFY(light > 200);
    QVERIFY(dark < 60);
}

void TestPlot::tableShowsTheSameNumbers() {
    PlotView plot;
    plot.setXTitle("Epoch");
    const int panel = plot.addPanel("y", 1, 1);
    plot.addSeries("a", panel, {"A", studentInk()});
    plot.addSeries("b", panel, {"B", teacherInk()});
    plot.setPoints("a", {{0, 10.04}, {1, nan}});
    plot.setPoints("b", {{1, 20}, {2.5, -0.04}});
    plot.show();
    plot.showTable(true);
    plot.drawNow();
    const QAbstractItemModel* model = plot.findChild<QTableView*>("plotTable")->model();
    QStringList lines;
    for (int row = 0; row < model->rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < model->columnCount(); ++column)
            cells += model->index(row, column).data().toString();
        lines += cells.join('|');
    }
    QCOMPARE(model->headerData(0, Qt::Horizontal).toString(), QString("Epoch"));
    QCOMPARE(model->headerData(2, Qt::Horizontal).toString(), QString("B"));
    QCOMPARE(lines, QStringList({"0|10.0|", "1|not a number|20.0", "2.50||0.0"}));
}

void TestPlot::sentenceIsTheAccessibleName() {
    PlotView plot;
    plot.setSentence("Gap 3.4 points at epoch 7.");
    QCOMPARE(plot.accessibleName(), QString("Gap 3.4 points at epoch 7."));
}

void TestPlot::aDraggedBandIsAWish_data() {
    QTest::addColumn<double>("from");
    QTest::addColumn<double>("to");
    QTest::addColumn<QVector<double>>("wish");
    // Target 5, half-width 2, on an axis from below 0 to above 10.
    QTest::newRow("the target") << 5.0 << 7.0 << QVector<double>{7, 2};
    QTest::newRow("the upper edge") << 7.0 << 8.0 << QVector<double>{5, 3};
    QTest::newRow("the lower edge") << 3.0 << 4.0 << QVector<double>{5, 1};
    QTest::newRow("an edge beyond the target") << 3.0 << 6.0 << QVector<double>{5, 0.1};
    QTest::newRow("back to where it was") << 5.0 << 5.0 << QVector<double>{};
    QTest::newRow("beside all handles") << 9.0 << 7.0 << QVector<double>{};
    QTest::newRow("beyond the panel") << 5.0 << 1000.0 << QVector<double>{-1, 2};  // as far as its upper edge
}

void TestPlot::aDraggedBandIsAWish() {
    QFETCH(double, from);
    QFETCH(double, to);
    QFETCH(QVector<double>, wish);
    PlotView plot;
    const int panel = plot.addPanel("Gap (points)");
    plot.addSeries("a", panel, {"A", studentInk()});
    plot.setPoints("a", {{0, 0}, {10, 10}});
    plot.setBand(panel, {{0, 5}, {10, 5}}, 2, "Target");
    draw(plot);
    QSignalSpy dragged(&plot, &PlotView::bandDragged);
    const auto drag = [&] { dragVertically(plot, panel, 8, from, to); };
    drag();
    QCOMPARE(dragged.size(), 0);  // nothing was offered
    plot.fit();
    plot.setBandGrip(panel, 6.0);
    draw(plot);
    const double top = std::floor(10 * plot.yRange(panel).second) / 10;
    drag();
    QCOMPARE(dragged.size(), wish.isEmpty() ? 0 : 1);
    if (wish.isEmpty()) return;
    QCOMPARE(dragged[0][0].toInt(), panel);
    // A pixel is a twentieth of a point or so.
    QVERIFY2(std::abs(dragged[0][1].toDouble() - (wish[0] < 0 ? top : wish[0])) < 0.11, qPrintable(dragged[0][1].toString()));
    QVERIFY2(std::abs(dragged[0][2].toDouble() - wish[1]) < 0.11, qPrintable(dragged[0][2].toString()));
    QCOMPARE(plot.band(panel).first().y(), 5.0);  // it is for others to fulfil
}

void TestPlot::escapeEndsADrag() {
    PlotView plot;
    const int panel = plot.addPanel("Gap (points)");
    plot.addSeries("a", panel, {"A", studentInk()});
    plot.setPoints("a", {{0, 0}, {10, 10}});
    plot.setBand(panel, {{0, 5}, {10, 5}}, 2, "Target");
    plot.setBandGrip(panel, 6.0);
    draw(plot);
    QSignalSpy dragged(&plot, &PlotView::bandDragged);
    const QImage before = draw(plot);
    Canvas& canvas = canvasOf(plot);
    QTest::mousePress(&canvas, Qt::LeftButton, {}, placeIn(plot, panel, 8, 5));
    QTest::mouseMove(&canvas, placeIn(plot, panel, 8, 7));
    QVERIFY(draw(plot) != before);
    QTest::keyClick(&plot, Qt::Key_Escape);
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, placeIn(plot, panel, 8, 7));
    QCOMPARE(dragged.size(), 0);
    QVERIFY(draw(plot) == before);
}

int testPlot(const QStringList& arguments) {
    TestPlot tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_pages_plot.moc"
