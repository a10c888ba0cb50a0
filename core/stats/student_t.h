#pragma once

#include "core/stats/stats.h"

namespace gaplab {

/// estimate +- t * error, with Student's t at `freedom` degrees. An error of 0 gives the estimate itself on both sides. Throws
/// std::invalid_argument unless 0 < level < 1.
Interval studentInterval(double estimate, double error, double freedom, double level);

/// Two-sided p value of estimate / error against 0. Without error: 1 for an estimate of 0, else 0.
double studentPValue(double estimate, double error, double freedom);

}  // namespace gaplab
