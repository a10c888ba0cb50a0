#pragma once

#include <cstdint>

#include "core/base/json.h"

namespace gaplab {

/// Where in training a step lies.
struct ScheduleTime {
    int64_t step = 0;  ///< of the step about to be made, from 0
    int64_t stepsPerEpoch = 1;
    int64_t epochs = 1;
};

/// The learning rate of a step. `schedule` is the document's training.schedule with its defaults filled in:
///   constant; step: base * gamma^(milestones reached, in epochs); cosine: from base to minimum at the last step;
///   one_cycle: linear up from base/25 to base over the first 30 % of steps, then cosine down to base/25e4 (Smith 2018).
/// warmup: linear from base/(steps + 1) over so many first epochs; the schedule itself starts after it (step: not shifted).
double learningRate(const Json& schedule, double base, const ScheduleTime& time);

}  // namespace gaplab
