#pragma once

#include <optional>
#include <vector>

#include "core/gap/target.h"

namespace gaplab {

/// How a gap moved over training.
struct GapDynamics {
    double slope = 0;  ///< points an epoch, least squares over the last third of the evaluations (at least two)
    double area = 0;   ///< point-epochs between the gap and zero, by trapezoids; negative where the student leads
};

/// Nothing where there are fewer than two finite points at different epochs.
std::optional<GapDynamics> dynamicsOf(const std::vector<GapPoint>& points);

}  // namespace gaplab
