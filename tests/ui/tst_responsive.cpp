#include <algorithm>
#include <chrono>
#include <map>

#include <QElapsedTimer>
#include <QPushButton>
#include <QTimer>
#include <QtTest>

#include "core/store/store.h"
#include "tests/ui/real_window.h"
#include "ui/monitor/run_plot.h"
#include "ui/plot/curve_data.h"
#include "ui/plot/custom_plot.h"
#include "ui/setup/setup_page.h"

using namespace gaplab;
using namespace gaplab::ui;

namespace {

constexpr int watchedMilliseconds = 60'000;

/// Trains on all cores, evaluates and writes a checkpoint every second or so, with a controller and every usual measure.
Json busyExperiment() {
    return Json::parse(R"({
        "schema": 1, "name": "busy",
        "data": {"source": "shapes", "size": 16, "classes": 4, "train": 3000, "test": 100, "validation": 0.33},
        "student": {"architecture": "resnet8"},
        "teachers": {"dynamic": {"kind": "gpd", "private_init": "noise"}},
        "knowledge": [{"from": "dynamic", "to": "student", "loss": "smoothed_ce", "weight": 3.0}],
        "gap": {"target": 3.0, "band": 1.5, "every": "5 steps", "controller": {"actuator": "student_balance"}},
        "training": {"epochs": 100000, "batch": 32},
        "seeds": [0]})");
}

double secondsNow() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

double quantile(std::vector<double> values, double share) {
    std::ranges::sort(values);
    return values[std::min(values.size() - 1, static_cast<size_t>(share * static_cast<double>(values.size())))];
}

}  // namespace

/// What a person feels while a run goes on: how long the window does not answer, and how old a point is when it is drawn. The
/// limits hold on a machine that does nothing else.
class TestResponsive : public QObject, private RealWindow {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { openWindow(); }

    void whileARunTrainsOnAllCores() {
        qobject_cast<SetupPage*>(window_->page("setup"))->showDocument(busyExperiment());
        QTest::mouseClick(window_->page("setup")->findChild<QPushButton*>("start"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(window_->currentPage()->key() == "monitor", 30000);
        auto* plot = window_->page("monitor")->findChild<RunPlot*>("runPlot");
        const QString series = QStringLiteral("gap/train/accuracy");
        QTRY_VERIFY_WITH_TIMEOUT(plot->points(series).size() > 10, 60000);

        std::map<double, double> drawnAt;  // epoch of a point -> when it was first on the canvas
        double newest = plot->points(series).last().x();
        connect(plot->findChild<QCustomPlot*>(), &QCustomPlot::afterReplot, this, [&] {
            const QVector<QPointF> points = plot->points(series);
            for (auto point = points.crbegin(); point != points.crend() && point->x() > newest; ++point)
                drawnAt.emplace(point->x(), secondsNow());
            newest = points.last().x();
        });
        std::vector<double> turns;  // milliseconds between two turns of the event loop
        QElapsedTimer turn;
        turn.start();
        QTimer beat;
        beat.setTimerType(Qt::PreciseTimer);
        connect(&beat, &QTimer::timeout, this, [&] {
            turns.push_back(static_cast<double>(turn.nsecsElapsed()) * 1e-6);
            turn.start();
        });
        beat.start(1);
        QTest::qWait(watchedMilliseconds);
        beat.stop();
        disconnect(plot->findChild<QCustomPlot*>(), nullptr, this, nullptr);

        const Store store(path_, Store::Mode::Read);
        const RunRow run = store.runs().back();
        std::vector<double> ages;
        for (const Point& point : store.points(run.id, series.toStdString()))
            if (const auto drawn = drawnAt.find(CurveData::kept(point.epoch)); drawn != drawnAt.end())
                ages.push_back(1000 * (drawn->second - point.wall));
        QVERIFY2(ages.size() > 100, qPrintable(QStringLiteral("%1 of %2 points drawn").arg(ages.size()).arg(drawnAt.size())));
        QVERIFY(turns.size() > 1000);
        const SeriesSummary* evaluations = run.find("student/validation/accuracy");
        qInfo(
            "%zu turns: p99.9 %.1f ms, longest %.1f ms; %zu points, from sample to pixel p50 %.1f, p99 %.1f ms; %lld evaluations",
            turns.size(), quantile(turns, 0.999), quantile(turns, 1), ages.size(), quantile(ages, 0.5), quantile(ages, 0.99),
            static_cast<long long>(evaluations ? evaluations->count : 0));
        QVERIFY(evaluations && evaluations->count > 3);
        QVERIFY(quantile(turns, 0.999) < 50);
        QVERIFY(quantile(turns, 1) < 150);
        QVERIFY(quantile(ages, 0.99) < 100);
    }

    void cleanupTestCase() {
        if (!window_) return;
        QTest::mouseClick(window_->page("monitor")->findChild<QPushButton*>("stop"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(Store(path_, Store::Mode::Read).runs().back().state == RunState::Stopped, 20000);
        window_.reset();
    }
};

QTEST_MAIN(TestResponsive)
#include "tst_responsive.moc"
