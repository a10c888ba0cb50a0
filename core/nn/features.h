#pragma once

#include <cstdint>
#include <vector>

#include "core/nn/network.h"

namespace gaplab {

/// The features a network shows, one image: [C, H, W] or [N, D] of Outputs::stages, then [C] of Outputs::pooled. No values are
/// computed.
std::vector<std::vector<int64_t>> featureShapes(const Network& network, View view = View::Student);

}  // namespace gaplab
