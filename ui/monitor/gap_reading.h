#pragma once

#include <optional>
#include <vector>

#include "core/experiment/experiment.h"
#include "core/store/records.h"

namespace gaplab::ui {

/// What the gap curve says by now; fractions.
struct GapReading {
    double now = 0;                   ///< may be NaN
    std::optional<double> measured;   ///< on validation data, where the gap that is held is another one
    std::optional<double> low, high;  ///< the band at the last evaluation; nothing without a target
    int evaluations = 0;
    int inside = 0;  ///< of them within the band; one that is not a number is outside
    bool insideNow = false;
    int trend = 0;  ///< -1 falling, 0 level, +1 rising since the evaluation before
};

/// Nothing before the first evaluation.
std::optional<GapReading> readGap(const std::vector<Point>& gap, const std::optional<GapTarget>& target);

}  // namespace gaplab::ui
