#pragma once

#include <optional>
#include <vector>

#include "core/gap/target.h"

namespace gaplab {

/// How a gap moved over a training, from its evaluations in ascending order. Those that are no number are left out.
struct GapDynamics {
    std::optional<double> slope;  ///< points an epoch over the later half of the evaluations, by least squares; of three at least
    double area = 0;              ///< under the curve, points times epochs, by trapezoids
    std::optional<double> outside;  ///< epochs outside the band, each evaluation for the time since the one before
};

/// `target` may be null.
GapDynamics gapDynamics(const std::vector<GapPoint>& points, const GapTarget* target);

}  // namespace gaplab
