#pragma once

#include <optional>
#include <vector>

#include "core/experiment/sweep.h"
#include "core/run/estimate.h"

namespace gaplab {

/// What a part of a sweep costs, as far as it can be told.
struct SweepCost {
    size_t runs = 0;                ///< without stages
    std::optional<double> seconds;  ///< told by similar runs that are stored; nothing where one of the runs has none
    std::optional<int64_t> bytes;   ///< of checkpoints on the disk
};

struct PlannedMember {
    ReviewedMember reviewed;
    SweepCost cost;  ///< of its own runs; stages are shared
};

/// A sweep before anything is queued.
struct SweepPlan {
    std::vector<Problem> problems;  ///< of the specification
    std::vector<PlannedMember> members;
    SweepCost total;  ///< of the members that can be trained, with the stages that they need, each once

    bool isValid() const;
};

/// Costs of a sweep's members. Slow (a large sweep is planned run by run): call it off the window's thread.
SweepPlan planSweep(SweepReview review, const Pace& pace, const Catalogue& catalogue);

/// Bytes of the checkpoints that one run of a valid document leaves on the disk, from the parameters of its networks: the whole
/// training state of the last epoch, the weights of the best one and of each that is kept.
int64_t checkpointBytes(const Json& document, const Catalogue& catalogue);

}  // namespace gaplab
