#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/interop/figure_view.h"
#include "core/store/store.h"
#include "ui/monitor/x_scale.h"
#include "ui/plot/curve_data.h"

namespace gaplab::ui {

/// Runs of one trial.
struct ComparedTrial {
    std::string id;
    QString label;             ///< told apart by the first digits of its identity where two are called the same
    std::vector<RunRow> runs;  ///< ascending by seed
};

/// How the curves of compared runs are laid over each other.
struct CurveView {
    /// What is shown around the mean of a trial's runs.
    enum class Spread { None, Interval, Deviation, Range };

    std::string series;  ///< whose curves are drawn
    XScale::Kind x = XScale::Kind::Epoch;
    std::string zero;         ///< what lies at x = 0: one of `zeros`; empty: where the run began
    bool difference = false;  ///< to the curve of the baseline with the same seed, else to the mean of the baseline
    Spread spread = Spread::Interval;
    bool seeds = true;         ///< a line for each run too
    std::set<int64_t> hidden;  ///< runs that are left out
};

/// What can lie at x = 0, and how it is called.
struct CurveZero {
    std::string key;  ///< "band": first inside the target band; "rate": the learning rate fell by half; else a kind of event
    const char* title;
    QString titleText() const;
};
const std::vector<CurveZero>& curveZeros();

/// The lines of the compared runs, ready to be drawn: values as the axis shows them.
struct DrawnCurves {
    struct Run {
        int64_t id = 0;
        CurveData line;
    };
    struct Trial {
        std::vector<Run> runs;       ///< in the order of the trial; those that are hidden or have no points are left out
        CurveData mean;              ///< where all runs are, and that of the last step of them
        CurveData fewer;             ///< the mean where only some of the runs are
        CurveData low, high;         ///< around the mean
        std::optional<double> last;  ///< of the mean of all
    };
    std::vector<Trial> trials;                ///< in the order of the question
    std::map<int64_t, FigureRun::Held> held;  ///< by run: what was drawn, for figures that open again
    int withoutZero = 0;                      ///< runs that are left out since they have nothing that could lie at x = 0
    bool onlyMeans = false;  ///< there are too many lines to tell seeds, or areas around the means, from each other
};

/// With more lines, and more areas around means, nothing could be told from anything.
constexpr int mostSeedLines = 60, mostSpreads = 12;

/// `trials`: the baseline first. `level`: of the intervals. Throws Error as the store does.
DrawnCurves drawCurves(const Store& store, const std::vector<ComparedTrial>& trials, const CurveView& view, double level);

}  // namespace gaplab::ui
