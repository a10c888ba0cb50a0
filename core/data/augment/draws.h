#pragma once

#include <cstdint>
#include <vector>

#include "core/base/json.h"
#include "core/base/random.h"

namespace gaplab {

// What a crop and a flip draw, for whoever carries it out.

/// Of the cut, in the canvas that is `padding` larger on every side.
struct Corner {
    int64_t y, x;
};

int64_t paddingOf(const Json& options);
std::vector<Corner> drawCorners(int64_t count, int64_t padding, uint64_t seed);

double flipProbabilityOf(const Json& options);
/// Which of the images are mirrored, ascending.
std::vector<int64_t> drawFlipped(int64_t count, double probability, uint64_t seed);

}  // namespace gaplab
