#pragma once

#include <optional>
#include <vector>

#include <QString>

#include "core/store/records.h"

namespace gaplab::ui {

/// What the tables say of a run, read from its row alone.
QString studentOf(const RunRow& run);
/// Architectures of the teachers, in the order of their names.
QString teachersOf(const RunRow& run);
/// Names of the teachers, as roles of the series.
std::vector<std::string> teacherRoles(const RunRow& run);
/// The losses of the knowledge terms, each once.
QString methodOf(const RunRow& run);
/// Seconds from start to end, or until now while it lives; -1 where it has not begun.
double secondsOf(const RunRow& run, double now);
/// Last value of a series, if there is one.
std::optional<double> lastOf(const RunRow& run, const std::string& series);
std::optional<double> bestOf(const RunRow& run, const std::string& series);

/// "resnet8 under resnet20 · seed 0": a run in a list, apart from its repeats.
QString runTitle(const RunRow& run);
/// What runs of one trial have in common in a legend.
QString trialTitle(const RunRow& run);

double secondsNow();

}  // namespace gaplab::ui
