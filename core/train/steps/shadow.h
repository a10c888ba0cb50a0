#pragma once

#include "core/nn/network.h"

namespace gaplab {

/// The shadow of a trained network: its own body, which does not change and is run as in evaluation, under another classifier
/// that is trained (Li and Jin, Shadow Knowledge Distillation, NeurIPS 2022). Its parameters are the classifier's alone, "head".
std::shared_ptr<const Network> shadowOf(const Model& trained);

}  // namespace gaplab
