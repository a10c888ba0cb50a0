#pragma once

#include <cstdint>
#include <optional>

#include "core/fairness/answers.h"

namespace gaplab::fairness {

/// How large DPD and EOD are where answers depend on an image's class, not on its group: groups are shuffled among the images of
/// a class.
struct ByChance {
    std::optional<double> demographicParity = {}, equalizedOdds = {};              ///< mean of the shuffles
    std::optional<double> demographicParityPValue = {}, equalizedOddsPValue = {};  ///< one-sided permutation test
};
ByChance disparityByChance(const Answers& network, int classes, const Groups& groups, int64_t leastImages = 10, uint64_t seed = 0,
                           int shuffles = 499);

}  // namespace gaplab::fairness
