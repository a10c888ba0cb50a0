#include <algorithm>
#include <cmath>
#include <limits>

#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>

#include "tests/ui/drag.h"
#include "tests/ui/pages_tests.h"
#include "ui/monitor/monitor_page.h"
#include "ui/monitor/pace.h"
#include "ui/monitor/readout.h"
#include "ui/monitor/run_plot.h"

namespace gaplab::ui {
namespace {

const QString studentId = "student/validation/accuracy", gapId = "gap/validation/accuracy";

struct Monitor {
    PageStore store;
    std::unique_ptr<MonitorPage> page;
    RunPlot* plot = nullptr;

    void open() {
        page = std::make_unique<MonitorPage>(store.session);
        page->resize(1100, 650);
        page->show();
        plot = page->findChild<RunPlot*>("runPlot");
        settle();
    }
    void settle() const { QTRY_VERIFY_WITH_TIMEOUT(page->isSettled() && store.reader.isIdle(), 10'000); }
    void show(int64_t run) const {
        page->showRun(run);
        settle();
    }
    void feed(const FeedItem& item) { store.workbench.feed().push(item); }
    QString label(const char* name) const { return page->findChild<QLabel*>(name)->text(); }
    QPushButton* button(const char* name) const { return page->findChild<QPushButton*>(name); }
};

QList<double> values(const QVector<QPointF>& points) {
    QList<double> all;
    for (const QPointF& point : points)
        all += std::round(10 * point.y()) / 10;
    return all;
}

}  // namespace

class TestMonitor : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void emptyStoreOffersASetUp();
    void historyIsShownInPerCentAndPoints();
    void livePointsJoinTheHistoryWithoutDuplicates();
    void pointsBeforeTheHistoryAreNotLost();
    void otherRunsPointsStayOut();
    void overflowReadsTheStoreAgain();
    void notANumberIsSaid();
    void bandIsThatOfTheDocument();
    void stageShowsItsOwnAccuracyAndWhatItIsFor();
    void baselineIsDrawnWhereTheRunHasOne();
    void viewMovesOnToTheLiveRun();
    void chosenOldRunStays();
    void buttonsFollowTheState_data();
    void buttonsFollowTheState();
    void reasonOfAFailedRunIsShown();
    void finishedRunIsSummedUp();
    void preparationIsShown();
    void curvesAreDrawnOverWhatIsChosen();
    void smoothedCurvesKeepTheMeasuredOnes();
    void whatIsBelowIsChosen();
    void whatAStudentForgetsAndHowFarItGoesAreDrawn();
    void timesOutsideTheBandAreMarked();
    void targetIsDraggedWhileTheRunGoesOn_data();
    void targetIsDraggedWhileTheRunGoesOn();
    void tickedRunsAreDrawnBeside();
    void speedIsToldByThePoints();
};

void TestMonitor::emptyStoreOffersASetUp() {
    Monitor monitor;
    monitor.open();
    QVERIFY(!monitor.plot->isVisible());
    QSignalSpy asked(monitor.page.get(), &Page::openSetup);
    QTest::mouseClick(monitor.button("primary"), Qt::LeftButton);
    QCOMPARE(asked.size(), 1);
}

void TestMonitor::historyIsShownInPerCentAndPoints() {
    Monitor monitor;
    const int64_t run = addRun(monitor.store.store, {.student = {0.1, 0.5, 0.7}, .teacher = 0.8});
    monitor.open();
    QCOMPARE(monitor.page->selectedRun(), static_cast<qint64>(run));
    QCOMPARE(values(monitor.plot->points(studentId)), QList({10.0, 50.0, 70.0}));
    QCOMPARE(values(monitor.plot->points("static/validation/accuracy")), QList({80.0, 80.0, 80.0}));
    QCOMPARE(values(monitor.plot->points(gapId)), QList({70.0, 30.0, 10.0}));
    QCOMPARE(monitor.plot->points(studentId)[2].x(), 2.0);
    QCOMPARE(monitor.label("gapNow"), QString("10.0 points"));
    QCOMPARE(monitor.label("bestValidation"), QString("70.0 %"));
    QCOMPARE(monitor.plot->sentence(), QString("Gap 10.0 points at epoch 2, inside 5.0 to 15.0, falling."));
}

void TestMonitor::livePointsJoinTheHistoryWithoutDuplicates() {
    Monitor monitor;
    const int64_t run = addRun(monitor.store.store, {.student = {0.1, 0.5}, .state = RunState::Running});
    monitor.open();
    monitor.feed(pointItem(run, "student/validation/accuracy", 10, 0.5));  // is in the history already
    monitor.feed(pointItem(run, "student/validation/accuracy", 20, 0.6));
    monitor.feed(pointItem(run, "student/validation/accuracy", 20, 0.6));
    QTRY_COMPARE(values(monitor.plot->points(studentId)), QList({10.0, 50.0, 60.0}));
    // Now the store gets the same point, as the recorder writes it a beat later.
    monitor.store.store.append(run, std::vector<SeriesPoint>{{"student/validation/accuracy", {20, 2, 0.6, 2000}},
                                                             {"student/validation/accuracy", {30, 3, 0.65, 2001}}});
    QTRY_COMPARE_WITH_TIMEOUT(values(monitor.plot->points(studentId)), QList({10.0, 50.0, 60.0, 65.0}), 10'000);
}

void TestMonitor::pointsBeforeTheHistoryAreNotLost() {
    Monitor monitor;
    const int64_t run = addRun(monitor.store.store, {.student = {0.1}, .state = RunState::Running});
    monitor.open();
    const int64_t other = addRun(monitor.store.store, {.name = "other", .student = {0.2}, .state = RunState::Running});
    monitor.page->showRun(other);
    monitor.feed(pointItem(other, "student/validation/accuracy", 10, 0.4));
    monitor.feed(pointItem(run, "student/validation/accuracy", 10, 0.9));
    monitor.settle();
    QTRY_COMPARE(values(monitor.plot->points(studentId)), QList({20.0, 40.0}));
}

void TestMonitor::otherRunsPointsStayOut() {
    Monitor monitor;
    const int64_t run = addRun(monitor.store.store, {.student = {0.1}});
    monitor.open();
    monitor.feed(pointItem(run + 7, "student/validation/accuracy", 10, 0.4));
    QTest::qWait(150);
    QCOMPARE(values(monitor.plot->points(studentId)), QList({10.0}));
}

void TestMonitor::overflowReadsTheStoreAgain() {
    Monitor monitor;
    const int64_t run = addRun(monitor.store.store, {.student = {0.1}, .state = RunState::Running});
    monitor.open();
    monitor.feed(pointItem(run, "student/validation/accuracy", 30, 0.6));
    QTRY_COMPARE(monitor.plot->points(studentId).size(), 2);
    // A point in between was dropped from the feed, and is in the store.
    monitor.page->hide();  // so that only the overflow makes it read
    monitor.store.store.append(run, std::vector<SeriesPoint>{{"student/validation/accuracy", {20, 2, 0.5, 0}}});
    Q_EMIT monitor.store.pump.overflowed();
    QTRY_COMPARE(values(monitor.plot->points(studentId)), QList({10.0, 50.0, 60.0}));
}

void TestMonitor::notANumberIsSaid() {
    Monitor monitor;
    const int64_t run = addRun(monitor.store.store, {.student = {0.1, 0.5}, .state = RunState::Running});
    monitor.open();
    const double nan = std::numeric_limits<double>::quiet_NaN();
    monitor.feed(pointItem(run, "student/validation/accuracy", 20, nan));
    monitor.feed(pointItem(run, "gap/validation/accuracy", 20, nan));
    QTRY_COMPARE(monitor.label("lastValidation"), QString("NaN"));
    QCOMPARE(monitor.label("bestValidation"), QString("50.0 %"));
    QCOMPARE(monitor.label("gapNow"), QString("NaN points"));
    QVERIFY(std::isnan(monitor.plot->points(studentId).last().y()));
}

void TestMonitor::bandIsThatOfTheDocument() {
    Monitor monitor;
    addRun(monitor.store.store, {});
    monitor.open();
    // Target [[0, 60], [2, 10]] over four epochs, half-width 5.
    QCOMPARE(monitor.plot->band(RunPlot::Gap), QVector<QPointF>({{0, 60}, {2, 10}, {4, 10}}));
    QCOMPARE(monitor.plot->bandHalfWidth(RunPlot::Gap), 5.0);
    // Gaps 70, 30 and 10 against 60, 35 and 10.
    QCOMPARE(monitor.label("inBand"), QString("67 %"));
}

void TestMonitor::stageShowsItsOwnAccuracyAndWhatItIsFor() {
    Monitor monitor;
    const int64_t stage = addRun(monitor.store.store, {.name = "resnet20", .student = {0.2, 0.8}, .teacher = 0, .kind = "stage"});
    addRun(monitor.store.store, {.name = "outer", .from = {{"static", stage}}});
    monitor.open();
    monitor.show(stage);
    QCOMPARE(values(monitor.plot->points(studentId)), QList({20.0, 80.0}));
    QVERIFY(!monitor.plot->isPanelVisible(RunPlot::Gap));
    QVERIFY(monitor.plot->band(RunPlot::Gap).empty());
    const auto says = [](const Monitor& shown, const QString& text) {
        const auto labels = shown.page->findChildren<QLabel*>();
        return std::ranges::any_of(labels, [&](const QLabel* label) { return label->text() == text; });
    };
    QVERIFY(says(monitor, "stage: teacher static of outer"));
    Monitor transfer;
    const int64_t source = addRun(transfer.store.store, {.name = "source", .teacher = 0, .kind = "stage"});
    addRun(transfer.store.store, {.name = "target", .from = {{"student", source}}});
    transfer.open();
    transfer.show(source);
    QVERIFY(says(transfer, "stage: the student of target starts from it"));
}

void TestMonitor::baselineIsDrawnWhereTheRunHasOne() {
    Monitor monitor;
    const int64_t alone = addRun(monitor.store.store, {.name = "alone", .student = {0.1, 0.4}, .teacher = 0});
    const int64_t run = addRun(monitor.store.store, {.from = {{"baseline", alone}}});
    monitor.open();
    monitor.show(run);
    QCOMPARE(values(monitor.plot->points("baseline")), QList({10.0, 40.0}));
    monitor.show(alone);
    QVERIFY(!monitor.plot->hasSeries("baseline"));
}

void TestMonitor::viewMovesOnToTheLiveRun() {
    Monitor monitor;
    const int64_t stage = addRun(monitor.store.store,
                                 {.name = "stage", .student = {0.2}, .teacher = 0, .state = RunState::Running, .kind = "stage"});
    const int64_t outer = addRun(monitor.store.store, {.name = "outer", .student = {}, .state = RunState::Queued});
    monitor.open();
    monitor.show(outer);
    monitor.feed(progressItem(stage, RunState::Running));
    QTRY_COMPARE(monitor.page->selectedRun(), static_cast<qint64>(stage));
    monitor.feed(progressItem(outer, RunState::Queued));
    monitor.feed(progressItem(stage, RunState::Finished));
    monitor.feed(progressItem(outer, RunState::Preparing));
    QTRY_COMPARE(monitor.page->selectedRun(), static_cast<qint64>(outer));
}

void TestMonitor::chosenOldRunStays() {
    Monitor monitor;
    addRun(monitor.store.store, {.name = "old"});
    const int64_t live = addRun(monitor.store.store, {.name = "live", .state = RunState::Running});
    monitor.open();
    QCOMPARE(monitor.page->selectedRun(), static_cast<qint64>(live));
    auto* list = monitor.page->findChild<QListWidget*>("runPicker");
    list->setCurrentRow(1);
    const qint64 old = monitor.page->selectedRun();
    QVERIFY(old != live);
    monitor.feed(progressItem(live, RunState::Running));
    QTest::qWait(150);
    QCOMPARE(monitor.page->selectedRun(), old);
}

void TestMonitor::buttonsFollowTheState_data() {
    QTest::addColumn<int>("state");
    QTest::addColumn<QString>("usable");
    const auto row = [](RunState state, const char* usable) {
        QTest::newRow(toText(state).c_str()) << static_cast<int>(state) << QString(usable);
    };
    row(RunState::Queued, "stop");
    row(RunState::Running, "pause stop stopAfterEpoch");
    row(RunState::Paused, "resume stop stopAfterEpoch");
    row(RunState::Finished, "compareRun");
    row(RunState::Stopped, "resume compareRun");
    row(RunState::Failed, "resume compareRun");
    row(RunState::Lost, "resume compareRun");
}

void TestMonitor::buttonsFollowTheState() {
    QFETCH(int, state);
    Monitor monitor;
    addRun(monitor.store.store, {.state = static_cast<RunState>(state)});
    monitor.open();
    QStringList usable;
    for (const char* name : {"pause", "resume", "stop", "stopAfterEpoch", "compareRun"})
        if (monitor.button(name)->isVisible() && monitor.button(name)->isEnabled()) usable += name;
    QTEST(usable.join(' '), "usable");
    QVERIFY(monitor.button("cloneRun")->isVisible());
}

void TestMonitor::reasonOfAFailedRunIsShown() {
    Monitor monitor;
    addRun(monitor.store.store, {.state = RunState::Failed, .reason = "Out of memory."});
    monitor.open();
    QCOMPARE(monitor.label("runState"), QString("failed"));
    QCOMPARE(monitor.label("runReason"), QString("Out of memory."));
}

void TestMonitor::finishedRunIsSummedUp() {
    Monitor monitor;
    const int64_t run = addRun(monitor.store.store, {});
    monitor.open();
    QVERIFY(monitor.label("runReason").startsWith("gap 10.0, in band 2 of 3"));
    QSignalSpy compared(monitor.page.get(), &Page::openCompare);
    QTest::mouseClick(monitor.button("compareRun"), Qt::LeftButton);
    QCOMPARE(compared[0][0].value<std::vector<int64_t>>(), std::vector<int64_t>({run}));
}

void TestMonitor::preparationIsShown() {
    Monitor monitor;
    monitor.open();
    FeedItem item = progressItem(0, RunState::Preparing);
    item.progress.submission = 4;
    item.progress.name = "mine";
    item.progress.detail = "loading data";
    item.progress.fraction = 0.5;
    monitor.feed(item);
    QTRY_COMPARE(monitor.label("preparationText"), QString("Preparing mine: loading data"));
    QVERIFY(monitor.page->findChild<QWidget*>("preparation")->isVisible());
    FeedItem refused;
    refused.kind = FeedItem::Kind::Rejected;
    refused.submission = 4;
    monitor.feed(refused);
    QTRY_VERIFY(!monitor.page->findChild<QWidget*>("preparation")->isVisible());
}

void TestMonitor::curvesAreDrawnOverWhatIsChosen() {
    Monitor monitor;
    const int64_t run = addRun(monitor.store.store, {.student = {0.1, 0.5, 0.7}});
    monitor.open();
    monitor.show(run);
    const auto xs = [&] {
        QList<double> all;
        for (const QPointF& point : monitor.plot->points(studentId))
            all += point.x();
        return all;
    };
    QCOMPARE(xs(), (QList<double>{0, 1, 2}));
    auto* over = monitor.page->findChild<QComboBox*>("viewX");
    over->setCurrentIndex(1);
    QCOMPARE(xs(), (QList<double>{0, stepsPerEpoch, 2 * stepsPerEpoch}));
    over->setCurrentIndex(3);
    QVERIFY(xs().front() >= 0 && std::ranges::is_sorted(xs()));
    // What comes now is drawn over the same.
    over->setCurrentIndex(1);
    monitor.feed(pointItem(run, studentId.toStdString(), 3 * stepsPerEpoch, 0.75));
    QTRY_COMPARE(xs().size(), 4);
    QCOMPARE(xs().back(), 3.0 * stepsPerEpoch);
}

void TestMonitor::smoothedCurvesKeepTheMeasuredOnes() {
    Monitor monitor;
    const int64_t run = addRun(monitor.store.store, {.student = {0.1, 0.5, 0.7}});
    monitor.open();
    monitor.show(run);
    monitor.page->findChild<QComboBox*>("viewSmoothing")->setCurrentIndex(1);  // an average of 0.6
    QCOMPARE(values(monitor.plot->points(studentId)), (QList<double>{10, 50, 70}));
    // Corrected for its beginning: (0.6 * 0.4 * 10 + 0.4 * 50) / (1 - 0.6^2) and so on.
    const double second = (0.24 * 10 + 0.4 * 50) / 0.64, third = (0.144 * 10 + 0.24 * 50 + 0.4 * 70) / 0.784;
    const auto rounded = [](double value) { return std::round(10 * value) / 10; };
    QCOMPARE(values(monitor.plot->points(studentId + "~")), (QList<double>{10, rounded(second), rounded(third)}));
    monitor.feed(pointItem(run, studentId.toStdString(), 3 * stepsPerEpoch, 0.75));
    QTRY_COMPARE(monitor.plot->points(studentId + "~").size(), 4);
    monitor.page->findChild<QComboBox*>("viewSmoothing")->setCurrentIndex(0);
    QVERIFY(!monitor.plot->hasSeries(studentId + "~"));
    QCOMPARE(monitor.plot->points(studentId).size(), 4);
}

void TestMonitor::whatIsBelowIsChosen() {
    Monitor monitor;
    const int64_t run = addRun(monitor.store.store, {});
    monitor.open();
    monitor.show(run);
    monitor.feed(pointItem(run, "gap/validation/kl", 10, 0.25));
    monitor.feed(pointItem(run, "student/train/loss", 10, 1.5));
    QTRY_VERIFY(monitor.plot->hasSeries("student/train/loss"));
    QVERIFY(!monitor.plot->hasSeries("gap/validation/kl"));
    monitor.page->findChild<QComboBox*>("viewDetail")->setCurrentText(MonitorPage::tr("Divergence"));
    QVERIFY(!monitor.plot->hasSeries("student/train/loss"));
    QCOMPARE(monitor.plot->points("gap/validation/kl"), (QVector<QPointF>{{1, 0.25}}));
}

void TestMonitor::whatAStudentForgetsAndHowFarItGoesAreDrawn() {
    Monitor monitor;
    const int64_t run = addRun(monitor.store.store, {.state = RunState::Running});
    monitor.open();
    monitor.show(run);
    auto* tile = monitor.page->findChild<QLabel*>("forgetting");
    QVERIFY(!monitor.plot->isPanelVisible(RunPlot::Other) && !monitor.plot->isPanelVisible(RunPlot::Distance));
    QVERIFY(!tile->isVisible());
    for (int64_t epoch = 0; epoch < 3; ++epoch) {
        const double lost = 0.1 * static_cast<double>(epoch);
        monitor.feed(pointItem(run, "student/source/accuracy", epoch * stepsPerEpoch, 0.8 - lost));
        monitor.feed(pointItem(run, "student/source/loss", epoch * stepsPerEpoch, 0.5));
        monitor.feed(pointItem(run, "student/source/forgetting", epoch * stepsPerEpoch, lost));
        for (const char* part : {"conv1", "layer1"})
            monitor.feed(pointItem(run, std::string("student/train/drift.") + part, epoch * stepsPerEpoch, lost / 2));
    }
    QTRY_COMPARE(values(monitor.plot->points("student/source/accuracy")), QList({80.0, 70.0, 60.0}));
    QTRY_COMPARE(monitor.plot->points("start source"), (QVector<QPointF>{{0, 80}, {2, 80}}));
    QTRY_COMPARE(monitor.plot->points("student/train/drift.layer1").size(), 3);
    QCOMPARE(values(monitor.plot->points("student/train/drift.conv1")), QList({0.0, 0.1, 0.1}));
    QVERIFY(monitor.plot->isPanelVisible(RunPlot::Other) && monitor.plot->isPanelVisible(RunPlot::Distance));
    QVERIFY(!monitor.plot->hasSeries("student/source/loss"));
    QVERIFY(tile->isVisible());
    QCOMPARE(tile->text(), QString("20.0 points"));
    QVERIFY2(tile->accessibleName().contains("source: 80.0 % at the start, 60.0 % now"), qPrintable(tile->accessibleName()));
    const int64_t plain = addRun(monitor.store.store, {.name = "plain"});
    monitor.show(plain);
    QVERIFY(!monitor.plot->isPanelVisible(RunPlot::Other) && !monitor.plot->isPanelVisible(RunPlot::Distance));
    QVERIFY(!tile->isVisible());
    auto* below = monitor.page->findChild<QComboBox*>("viewDetail");
    QCOMPARE(below->currentText(), QString("Losses"));
    // What a person chooses stays.
    monitor.feed(pointItem(plain, "student/source/accuracy", 0, 0.8));
    QTRY_VERIFY(monitor.plot->isPanelVisible(RunPlot::Other));
    below->setCurrentText("Losses");
    monitor.feed(pointItem(plain, "student/source/loss", 0, 0.5));
    QTRY_VERIFY(monitor.plot->hasSeries("student/source/loss"));
    QVERIFY(monitor.plot->isPanelVisible(RunPlot::More) && !monitor.plot->isPanelVisible(RunPlot::Other));
}

void TestMonitor::timesOutsideTheBandAreMarked() {
    Monitor monitor;
    // Gaps of 70, 30 and 10 points; the target falls from 60 to 10 and stays there, the band is 5 points.
    const int64_t run = addRun(monitor.store.store, {.student = {0.1, 0.5, 0.7}, .teacher = 0.8});
    monitor.open();
    monitor.show(run);
    QCOMPARE(values(monitor.plot->points("outside 0")), (QList<double>{70}));
    const std::vector<double> later = {0.3, std::nan(""), 0.02, 0.01, 0.12};
    for (size_t i = 0; i < later.size(); ++i)
        monitor.feed(pointItem(run, gapId.toStdString(), (3 + static_cast<int64_t>(i)) * stepsPerEpoch, later[i]));
    QTRY_COMPARE(values(monitor.plot->points("outside 2")), (QList<double>{2, 1}));
    QCOMPARE(values(monitor.plot->points("outside 0")), (QList<double>{70}));
    monitor.plot->setCursor(0, 1.0);
    QVERIFY(monitor.plot->cursorText().contains("Measured gap: 30.0") && !monitor.plot->cursorText().contains("Outside"));
    QCOMPARE(values(monitor.plot->points("outside 1")), (QList<double>{30}));  // what is no number ends a time outside
}

void TestMonitor::targetIsDraggedWhileTheRunGoesOn_data() {
    QTest::addColumn<int>("state");
    QTest::addColumn<double>("from");
    QTest::addColumn<double>("to");
    QTest::addColumn<QString>("change");
    const auto row = [](const char* name, RunState state, double from, double to, const char* change) {
        QTest::newRow(name) << static_cast<int>(state) << from << to << QString(change);
    };
    row("target", RunState::Running, 10, 30, "gap.target");
    row("edge of the band", RunState::Running, 15, 25, "gap.band");
    row("while it pauses", RunState::Paused, 10, 30, "gap.target");
    row("of a finished run", RunState::Finished, 10, 30, "");
}

void TestMonitor::targetIsDraggedWhileTheRunGoesOn() {
    QFETCH(int, state);
    QFETCH(double, from);
    QFETCH(double, to);
    QFETCH(QString, change);
    Monitor monitor;
    // The target is 10 from epoch 2 to 4, the band 5. The run belongs to another process, which finds the change in the store.
    const int64_t run = addRun(monitor.store.store, {.state = static_cast<RunState>(state)});
    monitor.open();
    monitor.show(run);
    monitor.plot->drawNow();
    QTest::qWait(100);
    dragVertically(*monitor.plot, RunPlot::Gap, 3.5, from, to);
    if (change.isEmpty()) {
        QTest::qWait(200);
        QVERIFY(monitor.store.store.takeCommands(run, 1).empty());
        return;
    }
    std::vector<Json> commands;
    const auto hasCome = [&] {
        std::ranges::move(monitor.store.store.takeCommands(run, 1), std::back_inserter(commands));
        return !commands.empty();
    };
    QTRY_VERIFY(hasCome());
    QCOMPARE(commands.size(), size_t{1});
    const QString set = QString::fromStdString(commands[0].at("set").get<std::string>());
    QCOMPARE(set.section('=', 0, 0), change);
    const double asked = set.section('=', 1).toDouble(), wanted = change == "gap.band" ? to - 10 : to;
    QVERIFY2(std::abs(asked - wanted) < 1, qPrintable(set));  // to the pixel
}

void TestMonitor::tickedRunsAreDrawnBeside() {
    Monitor monitor;
    const int64_t other = addRun(monitor.store.store, {.name = "other", .student = {0.2, 0.3}, .state = RunState::Running});
    const int64_t run = addRun(monitor.store.store, {.name = "mine"});
    monitor.open();
    monitor.show(run);
    auto* list = monitor.page->findChild<QListWidget*>("runPicker");
    const QString accuracy = QString("beside %1 %2").arg(other).arg(studentId),
                  gap = QString("beside %1 %2").arg(other).arg(gapId);
    QVERIFY(!monitor.plot->hasSeries(accuracy));
    list->item(1)->setCheckState(Qt::Checked);
    QTRY_VERIFY(monitor.plot->hasSeries(accuracy));
    QCOMPARE(values(monitor.plot->points(accuracy)), (QList<double>{20, 30}));
    QCOMPARE(values(monitor.plot->points(gap)), (QList<double>{60, 50}));
    // It grows on.
    monitor.store.store.append(other, std::vector<SeriesPoint>{{studentId.toStdString(), {20, 2, 0.4, 3000}}});
    QTRY_COMPARE_WITH_TIMEOUT(values(monitor.plot->points(accuracy)), (QList<double>{20, 30, 40}), 10'000);
    // A run is not drawn beside itself, but again beside another; the tick stays when the list is read again.
    monitor.show(other);
    QVERIFY(!monitor.plot->hasSeries(accuracy));
    monitor.show(run);
    QTRY_VERIFY(monitor.plot->hasSeries(accuracy));
    QCOMPARE(list->item(1)->checkState(), Qt::Checked);
    list->item(1)->setCheckState(Qt::Unchecked);
    QVERIFY(!monitor.plot->hasSeries(accuracy));
    QCOMPARE(values(monitor.plot->points(studentId)), (QList<double>{10, 50, 70}));
}

void TestMonitor::speedIsToldByThePoints() {
    // A tenth of an epoch takes 2 s, but for a pause of an hour.
    std::vector<Point> points;
    double wall = 1000;
    for (int i = 0; i < 12; ++i) {
        points.push_back({i, 0.1 * i, 1.5, wall});
        wall += i == 6 ? 3600 : 2;
    }
    QVERIFY(std::abs(secondsPerEpoch(points).value() - 20) < 1e-6);
    points.resize(2);
    QVERIFY(!secondsPerEpoch(points));
    QVERIFY(!secondsPerEpoch({}));
}

int testMonitor(const QStringList& arguments) {
    TestMonitor tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_pages_monitor.moc"
