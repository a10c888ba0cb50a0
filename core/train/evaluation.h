#pragma once

#include "core/data/dataset.h"
#include "core/measure/tally.h"
#include "core/nn/network.h"

namespace gaplab {

/// Accuracy and cross-entropy of a view of a network, with its running statistics, over rows of a set, `batchSize` images at a
/// time: with that of training it never needs more memory. Waits for the device once, at the end.
Tally::Values evaluate(const Network& network, const State& state, View view, const BatchMaker& batches, const ImageSet& set,
                       const at::Tensor& rows, int64_t batchSize);

}  // namespace gaplab
