#pragma once

#include <map>
#include <optional>

#include "core/experiment/experiment.h"
#include "ui/monitor/detail.h"
#include "ui/monitor/forgetting.h"
#include "ui/monitor/run_history.h"
#include "ui/monitor/run_snapshot.h"
#include "ui/monitor/smoothing.h"
#include "ui/monitor/x_scale.h"
#include "ui/plot/plot_view.h"

namespace gaplab::ui {

/// The Monitor's plot of one run: accuracies with the gap between them filled, the measured gap in its band with the times that
/// it was outside, the actuator, and one further kind of measures; of a student that comes from another task also what it still
/// knows of it, and how far its parts are from where they began.
class RunPlot : public PlotView {
    Q_OBJECT
public:
    explicit RunPlot(QWidget* parent = nullptr);

    /// How everything is looked at from now on; what is drawn already has to be shown again.
    void setView(const XScale& scale, const Smoothing& smoothing, const Detail& detail);
    /// What is known of the run before its points; everything drawn so far is removed.
    void start(const RunSnapshot& snapshot);
    /// Nothing of what is chosen for below was measured, so far.
    bool isDetailEmpty() const { return !isPanelVisible(More) && !isPanelVisible(Other) && !isPanelVisible(Distance); }
    /// Whether the series is drawn; of another run: beside the one that is shown.
    bool draws(const std::string& series, qint64 besideRun = 0) const;
    void showSeries(const std::string& series, const std::vector<Point>& points);
    void appendPoint(const std::string& series, const Point& point);
    /// Thick lines where the gap that is judged was outside the band around its target.
    void showOutside(const std::vector<Point>& gap, const GapTarget& target, const std::vector<Point>& followed);
    /// The target with its band: as it was followed, then as it is planned from there on.
    void showTarget(const GapTarget& target, double epochs, const std::vector<Point>& followed);
    /// Whether target and band can be dragged: they are those of a run that goes on.
    void setSteerable(bool steerable);
    /// Level lines: what the student knew of other data when it began.
    void showStarts(const std::vector<Forgetting>& readings);
    void showBaseline(const std::vector<Point>& points);
    /// Other runs: student's accuracy, gap and actuator, each over its own x. They stay until `start`.
    void showBeside(const std::map<qint64, RunSnapshot>& runs);
    /// Vertical lines where something out of the ordinary happened.
    void showEvents(const std::vector<RunEvent>& events);

    enum Panel { Accuracy, Gap, Actuator, More, Other, Distance };

Q_SIGNALS:
    /// A person has dragged the target or its band; in points, from now on.
    void targetDragged(double target, double band);

private:
    bool ensure(const std::string& series);
    int panelOf(const std::string& series) const;
    QPointF shown(const std::string& series, const Point& point) const;
    SeriesStyle detailStyle(const std::string& series) const;
    SeriesStyle styleOf(const std::string& series) const;
    Ink inkOf(const std::string& role) const;
    Ink inkOfData(const std::string& name) const;

    std::string teacher_;                         ///< the one whose gap is measured
    std::vector<std::string> others_;             ///< further teachers
    std::vector<std::string> otherData_, parts_;  ///< as they came: what else is evaluated, what has moved
    QStringList classes_, groups_;                ///< their names, as far as the run tells
    bool ofWorstGroup_ = false;                   ///< the target is about the worst group
    XScale scale_;
    Smoothing smoothing_;
    const Detail* detail_;
    std::map<std::string, Smoother> smoothers_;  ///< of the series that are drawn twice, as measured and calmer
    int outside_ = 0;                            ///< lines drawn by showOutside
    bool steerable_ = false;
    std::optional<double> planned_;  ///< where what was followed ends and what is planned begins
    QString actuator_;               ///< of the controller; empty: none
};

}  // namespace gaplab::ui
