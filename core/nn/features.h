#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/nn/network.h"

namespace gaplab {

/// The features a network shows, one image: [C, H, W] or [N, D] of Outputs::stages, then [C] of Outputs::pooled. No values are
/// computed.
std::vector<std::vector<int64_t>> featureShapes(const Network& network, View view = View::Student);

/// The name of the layer that gives the logits ("fc"): the last one.
std::string classifierOf(const Network& network);
/// Whether a tensor belongs to a layer, or to one inside it.
bool belongsTo(const std::string& tensor, const std::string& layer);
/// The part of a network that a tensor belongs to: "layer1" of "layer1.0.conv1.weight", "blocks.3" of "blocks.3.norm1.weight".
std::string partOf(const std::string& tensor);
/// The parts with values to train, in the order of the network.
std::vector<std::string> partsOf(const Network& network);

}  // namespace gaplab
