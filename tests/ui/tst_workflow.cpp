#include <QAction>
#include <QElapsedTimer>
#include <QListView>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QtTest>

#include "core/store/store.h"
#include "tests/ui/real_window.h"
#include "ui/compare/compare_page.h"
#include "ui/monitor/monitor_page.h"
#include "ui/setup/setup_page.h"

using namespace gaplab;
using namespace gaplab::ui;

namespace {

/// Long enough to be paused, quick enough to be there at once; the teacher is a stage of its own.
Json longExperiment() {
    return Json::parse(R"({
        "schema": 1, "name": "workflow",
        "data": {"source": "shapes", "size": 16, "classes": 4, "train": 160, "test": 40, "validation": 0.25},
        "student": {"architecture": "resnet8"},
        "teachers": {"static": {"kind": "static", "architecture": "resnet14", "weights": "train", "training": {"epochs": 1}}},
        "knowledge": [{"from": "static", "to": "student", "loss": "kd"}],
        "gap": {"target": 3.0, "band": 1.5},
        "training": {"epochs": 3000, "batch": 32, "threads": 1},
        "seeds": [0]})");
}

}  // namespace

/// The whole way through the window, with real training behind it.
class TestWorkflow : public QObject, private RealWindow {
    Q_OBJECT

    template <typename Widget>
    Widget* find(const QString& page, const QString& name) {
        auto* widget = window_->page(page)->findChild<Widget*>(name);
        if (!widget) qFatal("There is no %s on the page %s", qPrintable(name), qPrintable(page));
        return widget;
    }
    void press(const QString& page, const QString& button) { QTest::mouseClick(find<QPushButton>(page, button), Qt::LeftButton); }
    Store store() { return Store(path_, Store::Mode::Read); }
    RunRow lastRun() { return store().runs().back(); }
    int64_t pointsOf(const char* series) {
        const RunRow run = lastRun();
        const SeriesSummary* summary = run.find(series);
        return summary ? summary->count : 0;
    }

private Q_SLOTS:
    void initTestCase() { openWindow(); }

    void setUpAndStart() {
        auto* setup = qobject_cast<SetupPage*>(window_->page("setup"));
        setup->showDocument(longExperiment());
        QElapsedTimer clock;
        clock.start();
        press("setup", "start");
        QTRY_VERIFY_WITH_TIMEOUT(window_->currentPage()->key() == "monitor", 30000);
        // The first run is the teacher's stage: its evaluation at step 0 is the first live point.
        QTRY_VERIFY_WITH_TIMEOUT(!store().runs().empty() && store().runs().front().find("student/validation/accuracy"), 30000);
        qInfo("first stored evaluation %lld ms after Start", clock.elapsed());
        QCOMPARE(QString::fromStdString(store().runs().front().kind), QString("stage"));
    }

    void livePointsAppearAndTheMonitorFollowsFromTeacherToStudent() {
        QTRY_VERIFY_WITH_TIMEOUT(pointsOf("gap/validation/accuracy") > 2, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(window_->page("monitor")->selectedRun(), lastRun().id, 10000);
        QTRY_VERIFY_WITH_TIMEOUT(find<QWidget>("monitor", "runPlot")->accessibleDescription().contains("Gap") ||
                                     find<QWidget>("monitor", "runPlot")->accessibleName().contains("Gap"),
                                 10000);
    }

    void pauseHoldsTheRun() {
        press("monitor", "pause");
        QTRY_VERIFY_WITH_TIMEOUT(lastRun().state == RunState::Paused, 10000);
        const int64_t before = pointsOf("student/train/loss");
        QTest::qWait(400);
        QCOMPARE(pointsOf("student/train/loss"), before);
    }

    void resumeLetsItGoOn() {
        const int64_t before = pointsOf("student/train/loss");
        press("monitor", "resume");
        QTRY_VERIFY_WITH_TIMEOUT(lastRun().state == RunState::Running, 10000);
        QTRY_VERIFY_WITH_TIMEOUT(pointsOf("student/train/loss") > before, 10000);
    }

    void theTargetIsChangedWhileItGoesOn() {
        auto* target = find<QWidget>("monitor", "steer.gap.target");
        QTRY_VERIFY_WITH_TIMEOUT(target->isVisible(), 10000);
        auto* apply = find<QPushButton>("monitor", "steerApply");
        QVERIFY(!apply->isEnabled());
        target->setFocus();
        QTest::keyClick(target, Qt::Key_Up);  // 3 -> 4
        QTRY_VERIFY(apply->isEnabled());
        press("monitor", "steerApply");
        const auto edited = [this] {
            for (const RunEvent& event : store().events(lastRun().id))
                if (event.kind == "edit") return event.details;
            return Json();
        };
        QTRY_VERIFY_WITH_TIMEOUT(!edited().is_null(), 10000);
        QVERIFY2(
            edited().value("path", "") == "gap.target" && edited().value("old", 0.0) == 3.0 && edited().value("new", 0.0) > 3.0,
            edited().dump().c_str());
        QVERIFY(!apply->isEnabled());
    }

    void stopLeavesACheckpoint() {
        press("monitor", "stop");
        QTRY_VERIFY_WITH_TIMEOUT(lastRun().state == RunState::Stopped, 10000);
        QVERIFY(store().checkpoint(lastRun().id, "last").has_value());
    }

    void theRunIsInTheLibrary() {
        window_->showPage("library");
        auto* table = find<QTableView>("library", "runs");
        QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 2, 10000);
    }

    void twoRunsAreCompared() {
        auto* table = find<QTableView>("library", "runs");
        table->selectAll();
        window_->page("library")->findChild<QAction*>("compareRuns")->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(window_->currentPage()->key(), QString("compare"), 5000);
        QTRY_COMPARE_WITH_TIMEOUT(find<QTableView>("compare", "trialTable")->model()->rowCount(), 2, 10000);
        QTRY_VERIFY_WITH_TIMEOUT(find<QTableView>("compare", "diffTable")->model()->rowCount() > 0, 10000);
    }

    void cleanupTestCase() { window_.reset(); }
};

QTEST_MAIN(TestWorkflow)
#include "tst_workflow.moc"
