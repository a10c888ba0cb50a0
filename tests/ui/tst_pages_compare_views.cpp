// The views of the Compare page beside its table: what they draw, and that mouse and keys do what they say.

#include <QAccessible>
#include <QCheckBox>
#include <QComboBox>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QSplitter>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>
#include <QTreeWidget>

#include "tests/ui/pages_tests.h"
#include "ui/compare/compare_page.h"
#include "ui/compare/lineage_tab.h"
#include "ui/compare/parallel_plot.h"
#include "ui/compare/trade_off_tab.h"
#include "ui/monitor/run_plot.h"

namespace gaplab::ui {
namespace {

bool near(double left, double right, double tolerance = 1e-5) {
    return std::abs(left - right) <= tolerance * std::max(1.0, std::abs(right));
}

struct Views {
    PageStore store;
    std::unique_ptr<ComparePage> page;
    PlotView* plot = nullptr;

    void open(const std::vector<int64_t>& runs, const QString& view = {}) {
        page = std::make_unique<ComparePage>(store.session);
        page->resize(1100, 700);
        page->show();
        plot = page->findChild<PlotView*>("comparePlot");
        page->showRuns(runs);
        settle();
        if (!view.isEmpty()) QVERIFY(page->showView(view));
        settle();
    }
    void settle() const { QTRY_VERIFY_WITH_TIMEOUT(page->isSettled() && store.reader.isIdle(), 10'000); }
    template <typename Widget>
    Widget* find(const char* name) const {
        return page->findChild<Widget*>(name);
    }
    void choose(const char* name, const QVariant& data) const {
        auto* combo = find<QComboBox>(name);
        const int index = data.typeId() == QMetaType::Int ? data.toInt() : combo->findData(data);
        QVERIFY(index >= 0);
        combo->setCurrentIndex(index);
        settle();
    }
    void check(const char* name, bool on) const {
        find<QCheckBox>(name)->setChecked(on);
        settle();
    }
    QString trialOf(int64_t run) const { return QString::fromStdString(store.store.run(run).trial); }
    QVector<QPointF> line(const QString& id) const { return plot->points(id); }
};

}  // namespace

class TestCompareViews : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void intervalsLieAroundTheMean();
    void whereFewerSeedsAreTheMeanIsAnotherLine();
    void differencesAreTakenFromTheBaselineOfTheSameSeed();
    void curvesCanBeginWhereTheGapEntersItsBand();
    void curvesCanBeDrawnOverTimeAndSteps();
    void eachSeedCanBeLeftOut();
    void hiddenRunsDoNotCount();
    void frontierHoldsWhatNothingBeats_data();
    void frontierHoldsWhatNothingBeats();
    void tradeOffShowsMeansAndSeeds();
    void brushingChoosesLines();
    void brushingByKeys();
    void axesCanBeChosen();
    void classesAreCompared();
    void lineageLeadsToTheSources();
    void sideBySideHasTheSameAxes();
    void everyViewIsReachedByKeysAndNamed();
};

void TestCompareViews::intervalsLieAroundTheMean() {
    Views views;
    const int64_t a = addRun(views.store.store, {.name = "A", .seed = 0, .student = {0.1, 0.50}}),
                  b = addRun(views.store.store, {.name = "A", .seed = 1, .student = {0.1, 0.54}}),
                  c = addRun(views.store.store, {.name = "A", .seed = 2, .student = {0.1, 0.58}});
    views.open({a, b, c});
    const QString trial = views.trialOf(a);
    QVERIFY(near(views.line(trial).last().y(), 54));
    // t(0.975, 2) = 4.30265 times the standard error of 4 / sqrt(3)
    const double reach = 4.302652730 * 4 / std::sqrt(3.0);
    QVERIFY(near(views.line(trial + " low").last().y(), 54 - reach));
    QVERIFY(near(views.line(trial + " high").last().y(), 54 + reach));
    views.choose("curveSpread", 1);
    QVERIFY(near(views.line(trial + " low").last().y(), 50));
    views.choose("curveSpread", 2);
    QVERIFY(near(views.line(trial + " high").last().y(), 58));
    views.choose("curveSpread", 3);
    QVERIFY(!views.plot->hasSeries(trial + " low"));
}

void TestCompareViews::whereFewerSeedsAreTheMeanIsAnotherLine() {
    Views views;
    const int64_t a = addRun(views.store.store, {.name = "A", .seed = 0, .student = {0.1, 0.5}}),
                  b = addRun(views.store.store, {.name = "A", .seed = 1, .student = {0.3, 0.7, 0.9}});
    views.open({a, b});
    const QString trial = views.trialOf(a);
    QCOMPARE(views.line(trial).size(), 2);
    const QVector<QPointF> fewer = views.line(trial + " fewer");
    QVERIFY(fewer.last() == QPointF(2, 90));
    QVERIFY(std::ranges::find_if(fewer, [](QPointF point) { return near(point.y(), 60); }) != fewer.end());  // goes on from there
}

void TestCompareViews::differencesAreTakenFromTheBaselineOfTheSameSeed() {
    Views views;
    const int64_t a = addRun(views.store.store, {.name = "A", .seed = 0, .student = {0.1, 0.5}}),
                  b = addRun(views.store.store, {.name = "A", .seed = 1, .student = {0.2, 0.7}}),
                  c = addRun(views.store.store, {.name = "B", .seed = 1, .student = {0.3, 0.9}}),
                  d = addRun(views.store.store, {.name = "B", .seed = 7, .student = {0.3, 0.9}});
    views.open({a, b, c, d});
    views.check("curveDifference", true);
    QVERIFY(near(views.line(QString::number(c)).last().y(), 20));  // against seed 1
    QVERIFY(near(views.line(QString::number(d)).last().y(), 30));  // against the mean
    QVERIFY(near(views.line(QString::number(a)).last().y(), 0));
    QVERIFY(near(views.line(views.trialOf(c)).last().y(), 25));
}

void TestCompareViews::curvesCanBeginWhereTheGapEntersItsBand() {
    Views views;
    // the target falls from 60 to 10 within two epochs, with a band of 5
    const int64_t a = addRun(views.store.store,
                             {.name = "A", .student = {0.1, 0.6, 0.7}}),            // gaps 70, 20, 10: in band at epoch 2
        b = addRun(views.store.store, {.name = "B", .student = {0.1, 0.45, 0.5}}),  // gaps 70, 35, 30: at epoch 1
        c = addRun(views.store.store, {.name = "C", .student = {0.1, 0.1, 0.1}});   // never
    views.open({a, b, c});
    views.choose("curveZero", "band");
    QCOMPARE(views.line(QString::number(a)).first().x(), -2.0);
    QCOMPARE(views.line(QString::number(b)).first().x(), -1.0);
    QVERIFY(!views.plot->hasSeries(QString::number(c)));
    QVERIFY2(views.plot->sentence().contains("1 run"), qPrintable(views.plot->sentence()));
    views.choose("curveZero", "widened");
    QVERIFY(!views.plot->hasSeries(QString::number(a)));
    views.choose("curveZero", QString());
    QCOMPARE(views.line(QString::number(c)).size(), 3);
}

void TestCompareViews::curvesCanBeDrawnOverTimeAndSteps() {
    Views views;
    const int64_t a = addRun(views.store.store, {.name = "A"});
    views.open({a});
    views.choose("curveX", 1);
    QCOMPARE(views.line(QString::number(a)).last().x(), 2.0 * stepsPerEpoch);
    views.choose("curveX", 3);
    for (const QPointF& point : views.line(QString::number(a)))
        QVERIFY(point.x() >= 0);
}

void TestCompareViews::eachSeedCanBeLeftOut() {
    Views views;
    const int64_t a = addRun(views.store.store, {.name = "A", .seed = 0}),
                  b = addRun(views.store.store, {.name = "A", .seed = 1}), c = addRun(views.store.store, {.name = "C"});
    views.open({a, b, c});
    QVERIFY(views.plot->hasSeries(QString::number(a)));
    views.check("curveSeeds", false);
    QVERIFY(!views.plot->hasSeries(QString::number(a)) && views.plot->hasSeries(views.trialOf(a)));
    QVERIFY(views.plot->hasSeries(QString::number(c)));  // is its own mean
}

void TestCompareViews::hiddenRunsDoNotCount() {
    Views views;
    const int64_t a = addRun(views.store.store, {.name = "A", .seed = 0, .student = {0.2}}),
                  b = addRun(views.store.store, {.name = "A", .seed = 1, .student = {0.4}}),
                  c = addRun(views.store.store, {.name = "A", .seed = 2, .student = {0.9}});
    views.open({a, b, c});
    QVERIFY(near(views.line(views.trialOf(a)).last().y(), 50));
    auto* trials = views.find<QTreeWidget>("trials");
    trials->topLevelItem(0)->child(2)->setCheckState(0, Qt::Unchecked);
    views.settle();
    QVERIFY(near(views.line(views.trialOf(a)).last().y(), 30));
    trials->topLevelItem(0)->child(1)->setCheckState(0, Qt::Unchecked);
    views.settle();
    QVERIFY(!views.plot->hasSeries(views.trialOf(a)) && views.plot->hasSeries(QString::number(a)));
}

void TestCompareViews::frontierHoldsWhatNothingBeats_data() {
    QTest::addColumn<QVector<QPointF>>("points");
    QTest::addColumn<QVector<int>>("best");
    QTest::newRow("none") << QVector<QPointF>() << QVector<int>();
    QTest::newRow("one") << QVector<QPointF>{{1, 1}} << QVector<int>{0};
    QTest::newRow("cheaper and better wins") << QVector<QPointF>{{2, 50}, {1, 60}} << QVector<int>{1};
    QTest::newRow("two that trade") << QVector<QPointF>{{2, 70}, {1, 60}, {3, 65}} << QVector<int>{1, 0};
    QTest::newRow("equal ones stay") << QVector<QPointF>{{1, 60}, {1, 60}} << QVector<int>{0, 1};
    QTest::newRow("equal cost") << QVector<QPointF>{{1, 60}, {1, 61}} << QVector<int>{1};
}

void TestCompareViews::frontierHoldsWhatNothingBeats() {
    QFETCH(QVector<QPointF>, points);
    QFETCH(QVector<int>, best);
    const auto found = frontier({points.begin(), points.end()}, -1, 1);
    QVERIFY(std::ranges::equal(found, best, [](size_t a, int b) { return std::cmp_equal(a, b); }));
}

void TestCompareViews::tradeOffShowsMeansAndSeeds() {
    Views views;
    const int64_t a = addRun(views.store.store, {.name = "A", .seed = 0, .student = {0.1, 0.5}}),
                  b = addRun(views.store.store, {.name = "A", .seed = 1, .student = {0.1, 0.6}}),
                  c = addRun(views.store.store, {.name = "B", .student = {0.1, 0.9}});
    views.open({a, b, c}, "trade-off");
    auto* plot = views.find<PlotView>("tradePlot");
    const QString trial = views.trialOf(a);
    QVERIFY(near(plot->points(trial).last().y(), 54));  // test at best: a point below validation
    QCOMPARE(plot->points(trial + " runs").size(), 2);
    QVERIFY(plot->sentence().contains("frontier: B"));
    views.choose("tradeY", "gap");
    QVERIFY(near(plot->points(trial).last().y(), 25));
    QVERIFY(plot->sentence().contains("no frontier"));
    views.choose("tradeX", "best");
    QVERIFY(near(plot->points(trial).last().x(), 55));
}

void TestCompareViews::brushingChoosesLines() {
    Views views;
    std::vector<int64_t> runs;
    for (const double temperature : {1.0, 2.0, 4.0, 8.0})
        runs.push_back(
            addRun(views.store.store, {.name = "T", .student = {0.1, 0.4 + temperature / 20}, .temperature = temperature}));
    views.open(runs, "parallel");
    auto* plot = views.find<ParallelPlot>("parallelPlot");
    const QAbstractItemModel* table = views.find<QTableView>("parallelTable")->model();
    QCOMPARE(table->rowCount(), 4);
    const auto axis =
        std::ranges::find_if(plot->axes(), [](const ParallelAxis& one) { return one.title.contains("temperature"); });
    QVERIFY(axis != plot->axes().end());
    const auto place = static_cast<size_t>(axis - plot->axes().begin());
    const auto at = [&](double value) { return QPoint(qRound(plot->xOf(place)), qRound(plot->yOf(place, value))); };
    QSignalSpy brushed(plot, &ParallelPlot::brushed);
    QTest::mousePress(plot, Qt::LeftButton, {}, at(1.5));
    QTest::mouseMove(plot, at(3));
    QTest::mouseMove(plot, at(5));
    QTest::mouseRelease(plot, Qt::LeftButton, {}, at(5));
    QVERIFY(!brushed.isEmpty());
    QCOMPARE(table->rowCount(), 2);
    QVERIFY(!plot->isChosen(0) && plot->isChosen(1) && plot->isChosen(2) && !plot->isChosen(3));
    QVERIFY(plot->accessibleName().startsWith("Parallel coordinates, 2 line"));
    QTest::mouseDClick(plot, Qt::LeftButton, {}, at(2));
    QCOMPARE(table->rowCount(), 4);
}

void TestCompareViews::brushingByKeys() {
    Views views;
    const int64_t a = addRun(views.store.store, {.name = "A", .student = {0.1, 0.5}}),
                  b = addRun(views.store.store, {.name = "B", .student = {0.1, 0.9}});
    views.open({a, b}, "parallel");
    auto* plot = views.find<ParallelPlot>("parallelPlot");
    const QAbstractItemModel* table = views.find<QTableView>("parallelTable")->model();
    const auto last = plot->axes().size() - 1;  // the gap: 30 of A, -10 of B
    for (size_t i = 0; i < plot->axes().size() + 2; ++i)
        QTest::keyClick(plot, Qt::Key_Right);  // no further than the last
    QTest::keyClick(plot, Qt::Key_Space);
    QCOMPARE(table->rowCount(), 1);
    QVERIFY(table->index(0, 0).data().toString().startsWith("A"));
    for (int i = 0; i < 12; ++i)
        QTest::keyClick(plot, Qt::Key_Down);
    QVERIFY(table->index(0, 0).data().toString().startsWith("B"));
    for (int i = 0; i < 3; ++i)
        QTest::keyClick(plot, Qt::Key_Down, Qt::ShiftModifier);
    QVERIFY(plot->brush(last).has_value());
    QTest::keyClick(plot, Qt::Key_Delete);
    QVERIFY(!plot->brush(last).has_value());
    QCOMPARE(table->rowCount(), 2);
}

void TestCompareViews::axesCanBeChosen() {
    Views views;
    const int64_t a = addRun(views.store.store, {.name = "A", .seed = 0}),
                  b = addRun(views.store.store, {.name = "A", .seed = 1});
    views.open({a, b}, "parallel");
    auto* plot = views.find<ParallelPlot>("parallelPlot");
    const size_t before = plot->axes().size();
    QMenu* menu = views.find<QToolButton>("parallelAxes")->menu();
    const auto actions = menu->actions();
    const auto best = std::ranges::find_if(actions, [](const QAction* action) { return action->text().startsWith("Best"); });
    (*best)->trigger();
    QCOMPARE(plot->axes().size(), before - 1);
    QCOMPARE(plot->lines().size(), size_t(1));
    views.check("parallelSeeds", true);
    QCOMPARE(plot->lines().size(), size_t(2));
    QCOMPARE(plot->axes().size(), before - 1);  // stays as it was chosen
}

void TestCompareViews::classesAreCompared() {
    Views views;
    std::vector<int64_t> runs;
    for (const uint64_t seed : {0, 1, 2})
        for (const bool wide : {false, true}) {
            runs.push_back(addRun(views.store.store, {.name = wide ? "B" : "A", .seed = seed}));
            const double noise = 0.001 * static_cast<double>(seed);
            views.store.store.append(
                runs.back(), std::vector<SeriesPoint>{{"gap/validation/class.0", {20, 2, 0.10 + noise, 0}},
                                                      {"gap/validation/class.1", {20, 2, (wide ? 0.30 : 0.10) + 2 * noise, 0}}});
        }
    std::ranges::sort(runs);
    views.open(runs, "classes");
    auto* plot = views.find<PlotView>("classPlot");
    QVERIFY(near(plot->points(views.trialOf(runs[1])).last().y(), 30.2));
    const QAbstractItemModel* table = views.find<QTableView>("classTable")->model();
    QCOMPARE(table->rowCount(), 2);
    QVERIFY(!table->index(0, 3).data().toString().contains("wider"));
    QVERIFY2(table->index(1, 3).data().toString().contains("wider"), qPrintable(table->index(1, 3).data().toString()));
    const int64_t other = addRun(views.store.store, {.name = "without"});
    views.page->showRuns({other, other});
    views.settle();
    QVERIFY(plot->sentence().contains("None of these runs"));
}

void TestCompareViews::lineageLeadsToTheSources() {
    Views views;
    const int64_t stage = addRun(views.store.store, {.name = "stage", .teacher = 0, .kind = "stage"}),
                  middle = addRun(views.store.store, {.name = "middle", .from = {{"static", stage}}}),
                  last = addRun(views.store.store, {.name = "last", .from = {{"static", middle}, {"baseline", stage}}});
    views.open({last}, "lineage");
    for (const int64_t run : {stage, middle, last})
        QVERIFY(views.find<QPushButton>(qPrintable(QString("lineageRun%1").arg(run))));
    const auto left = [&](int64_t run) { return views.find<QPushButton>(qPrintable(QString("lineageRun%1").arg(run)))->x(); };
    QVERIFY(left(stage) < left(middle) && left(middle) < left(last));
    QSignalSpy opened(views.page.get(), &Page::openMonitor);
    QTest::keyClick(views.find<QPushButton>(qPrintable(QString("lineageRun%1").arg(stage))), Qt::Key_Space);
    QCOMPARE(opened.size(), 1);
    QCOMPARE(opened[0][0].toLongLong(), stage);
    // a circle, which no program writes, has an end
    RunRow one{.id = 1, .from = {{"static", 2}}}, two{.id = 2, .from = {{"static", 1}}};
    QCOMPARE(lineageDepths({one, two}).size(), size_t(2));
}

void TestCompareViews::sideBySideHasTheSameAxes() {
    Views views;
    const int64_t a = addRun(views.store.store, {.name = "A", .student = {0.1, 0.2}}),
                  b = addRun(views.store.store, {.name = "B", .student = {0.1, 0.9, 0.95}});
    views.open({a, b}, "side-by-side");
    QTRY_VERIFY(views.find<RunPlot>("sidePlot1")->hasSeries("student/validation/accuracy"));
    views.settle();
    auto *first = views.find<RunPlot>("sidePlot0"), *second = views.find<RunPlot>("sidePlot1");
    QVERIFY(first->points("student/validation/accuracy") != second->points("student/validation/accuracy"));
    QCOMPARE(first->xRange(), second->xRange());
    QCOMPARE(first->yRange(RunPlot::Accuracy), second->yRange(RunPlot::Accuracy));
    QVERIFY(first->yRange(RunPlot::Accuracy).second > 95);
    first->setFocus();
    QTest::keyClick(first, Qt::Key_Right);
    QCOMPARE(first->xRange(), second->xRange());
    views.check("sideLinked", false);
    QTRY_VERIFY(first->yRange(RunPlot::Accuracy) != second->yRange(RunPlot::Accuracy));
    QTest::mouseClick(views.find<QPushButton>("sideMore"), Qt::LeftButton);
    views.settle();
    QVERIFY(views.find<RunPlot>("sidePlot2")->hasSeries("student/validation/accuracy"));
    QTest::mouseClick(views.find<QPushButton>("sideFewer"), Qt::LeftButton);
    views.settle();
}

void TestCompareViews::everyViewIsReachedByKeysAndNamed() {
    Views views;
    const int64_t a = addRun(views.store.store, {.name = "A"}), b = addRun(views.store.store, {.name = "B"});
    views.open({a, b});
    auto* tabs = views.find<QTabWidget>("compareTabs");
    for (int i = 0; i < tabs->count(); ++i) {
        QVERIFY(views.page->showView(tabs->widget(i)->objectName()));
        for (const QWidget* widget : tabs->widget(i)->findChildren<QWidget*>()) {
            const bool interactive =
                widget->focusPolicy() & Qt::TabFocus && widget->isVisible() && !qobject_cast<const QSplitter*>(widget);
            if (!interactive || widget->objectName().startsWith("qt_")) continue;
            const QAccessibleInterface* access = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
            QVERIFY2(access && !access->text(QAccessible::Name).isEmpty(),
                     qPrintable(widget->objectName() + widget->metaObject()->className()));
        }
    }
    QVERIFY(!views.page->showView("nowhere"));
    tabs->setCurrentIndex(0);
    tabs->tabBar()->setFocus();
    QTest::keyClick(tabs->tabBar(), Qt::Key_Right);
    QCOMPARE(tabs->currentIndex(), 1);
}

int testCompareViews(const QStringList& arguments) {
    TestCompareViews tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_pages_compare_views.moc"
