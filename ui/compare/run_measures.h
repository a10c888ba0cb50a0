#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <QString>

#include "ui/compare/comparison_data.h"

namespace gaplab::ui {

/// A number that a finished run has, for an axis.
struct RunMeasure {
    std::string key;  ///< "test", "parameters", ..., or the name of a series, of which it is the last value
    QString title;    ///< with the unit
    int decimals = 1;
    int better = 0;  ///< 1: more is better, -1: less is, 0: neither
    bool logarithmic = false;
    std::function<std::optional<double>(const RunRow&, const RunFigures&)> of;
};

/// Those that these runs can have.
std::vector<RunMeasure> runMeasures(const std::set<std::string>& series);

/// A finished run with its figures.
struct FinishedRun {
    const RunRow* row = nullptr;
    const RunFigures* figures = nullptr;
};
/// Of one trial of the answer, ascending by seed.
std::vector<FinishedRun> finishedRuns(const CompareAnswer& answer, size_t trial);

/// Over the runs of a trial that have it.
std::vector<double> valuesOf(const std::vector<FinishedRun>& runs, const RunMeasure& measure);

}  // namespace gaplab::ui
