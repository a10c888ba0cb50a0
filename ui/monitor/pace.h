#pragma once

#include <optional>
#include <vector>

#include "core/store/records.h"

namespace gaplab::ui {

/// Seconds that an epoch takes, by the times at which a series got its last points: for runs that tell nothing more of
/// themselves. The median, so that pauses and evaluations do not count. Nothing below three points.
std::optional<double> secondsPerEpoch(const std::vector<Point>& points);

}  // namespace gaplab::ui
