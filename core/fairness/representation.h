#pragma once

#include <vector>

#include "core/fairness/shares.h"

namespace gaplab::fairness {

/// How large a part of a data set a class or group is.
struct Representation {
    Share share = {};
    std::optional<Interval> interval = {};  ///< Wilson's, at Bonferroni's level over all of them
    bool under = false;                     ///< the interval ends below `leastShare` of an even share
};

/// One a count. Under an even split practically none is ever `under`: its share must be surely below a part of what it is.
std::vector<Representation> representationOf(const std::vector<int64_t>& images, double level = 0.95, double leastShare = 0.5);

}  // namespace gaplab::fairness
