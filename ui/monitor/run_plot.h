#pragma once

#include <optional>

#include "core/experiment/experiment.h"
#include "ui/monitor/run_history.h"
#include "ui/monitor/run_snapshot.h"
#include "ui/plot/plot_view.h"

namespace gaplab::ui {

/// The Monitor's plot of one run: accuracies with the gap between them filled, the measured gap in its band, and the losses.
class RunPlot : public PlotView {
    Q_OBJECT
public:
    explicit RunPlot(QWidget* parent = nullptr);

    /// What is known of the run before its points; everything drawn so far is removed.
    void start(const RunSnapshot& snapshot);
    void showSeries(const std::string& series, const std::vector<Point>& points);
    void appendPoint(const std::string& series, const Point& point);
    /// The target with its band: as it was followed, then as it is planned from there on.
    void showTarget(const GapTarget& target, double epochs, const std::vector<Point>& followed);
    void showBaseline(const std::vector<Point>& points);
    /// Vertical lines where something out of the ordinary happened.
    void showEvents(const std::vector<RunEvent>& events);

    enum Panel { Accuracy, Gap, Actuator, Loss };

private:
    bool ensure(const std::string& series);
    SeriesStyle styleOf(const std::string& series) const;
    Ink inkOf(const std::string& role) const;

    std::string teacher_;              ///< the one whose gap is measured
    std::vector<std::string> others_;  ///< further teachers
    QString actuator_;                 ///< of the controller; empty: none
};

}  // namespace gaplab::ui
