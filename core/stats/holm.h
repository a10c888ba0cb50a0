#pragma once

#include <vector>

namespace gaplab {

/// The share of errors at which each of several tests is decided, so that together they err at most as often as one at `alpha`:
/// step-down, S. Holm, Scand. J. Statist. 6 (1979), 65-70. A test is rejected where its p value lies below its share.
std::vector<double> holmShares(const std::vector<double>& pValues, double alpha);

}  // namespace gaplab
