#pragma once

#include <map>

#include <QElapsedTimer>

#include "ui/monitor/beside_runs.h"
#include "ui/monitor/gap_reading.h"
#include "ui/monitor/run_history.h"
#include "ui/monitor/run_snapshot.h"
#include "ui/window/page.h"

class QStackedWidget;

namespace gaplab::ui {

class EventList;
class PreparationBar;
class Readout;
class RunPicker;
class RunPlot;
class StateCard;
class SteerBox;
class ViewBar;

/// Follows one run: its accuracies and its gap as they come, what state it is in, and the buttons that pause and stop it. Names
/// of widgets: runPicker, runPlot, pause, resume, stop, stopAfterEpoch, compareRun, cloneRun, events.
class MonitorPage : public Page {
    Q_OBJECT
public:
    explicit MonitorPage(Session& session, QWidget* parent = nullptr);

    QString key() const override { return QStringLiteral("monitor"); }
    QString title() const override { return tr("Monitor"); }
    void activate() override;
    qint64 selectedRun() const override { return run_; }
    bool isSettled() const override;

    FigureView figureView() const override;
    void openFigure(const FigureView& view) override;

    /// Shows this run, and from then on the run that is live once this one is not.
    void showRun(qint64 run);
    void showRuns(const std::vector<int64_t>& runs) override {
        if (!runs.empty()) showRun(runs.front());
    }

private:
    QWidget* buildSide();
    QWidget* buildContent();
    void connectFeed();
    void connectCard();

    void select(qint64 run);
    /// Forgets what is shown, so that the next reading brings everything.
    void startOver();
    void readList();
    void readRun();
    void takeList(const std::vector<RunRow>& rows);
    void takeSnapshot(RunSnapshot snapshot);
    void takePoints(const std::vector<FeedItem>& items);
    void takeProgress(const RunProgress& progress);
    void takeEvent(const FeedItem& item);
    void followLiveRun(const RunProgress& progress);
    RunState stateNow() const;
    void showStored();
    /// Draws all that is known of the run again, in the view that is chosen.
    void drawAgain();
    void showBeside();
    /// The ranges of the figure that is being opened, once everything is drawn.
    void showFigure();
    void showNumbers();
    void showTarget();
    void showOutside();
    void showForgetting();
    void setView(const RunRow& row, const std::map<std::string, std::vector<Point>>& points);
    /// Of the gap that is to be in the band: the one that is held, else that of the validation images.
    std::optional<GapReading> gapReading() const;
    /// What the target is about, as it is measured on validation images.
    const std::vector<Point>& measuredGap() const;
    const std::vector<Point>& judgedGap() const;
    void showState();
    QString sentence() const;

    Session& session_;
    QStackedWidget* stack_;
    PreparationBar* preparation_;
    RunPicker* picker_;
    ViewBar* view_;
    RunPlot* plot_;
    StateCard* card_;
    Readout* readout_;
    SteerBox* steer_;
    EventList* events_;

    qint64 run_ = 0;
    bool follow_ = true;    ///< move on to the run that is live
    bool started_ = false;  ///< the plot knows what the shown run is
    bool whole_ = true;     ///< the next reading must bring everything
    int64_t asked_ = 0;     ///< number of the selection that readings belong to
    bool listPending_ = false, listStale_ = true, runPending_ = false, runStale_ = false;
    RunSnapshot stored_;
    RunHistory history_;
    BesideRuns* beside_;
    std::optional<FigureView> opening_;       ///< a figure of which not everything is drawn yet
    std::map<qint64, RunProgress> progress_;  ///< of runs of this process, the latest
};

}  // namespace gaplab::ui
