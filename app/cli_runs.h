#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/run/compare.h"
#include "core/store/records.h"

namespace gaplab::cli {

/// The last (or best) value of a series; nothing where the run has none.
std::optional<double> lastOf(const RunRow& run, const std::string& series);
std::optional<double> bestOf(const RunRow& run, const std::string& series);

/// One row a run: accuracies in per cent, the gap in points.
std::string resultTable(const std::vector<RunRow>& runs);
/// Everything about one run but its points.
std::string describeRun(const RunRow& run, const RunFigures& figures, const std::vector<RunEvent>& events,
                        const std::vector<CheckpointRecord>& checkpoints);

}  // namespace gaplab::cli
