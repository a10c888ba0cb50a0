#pragma once

#include "core/data/dataset.h"
#include "core/measure/tally.h"
#include "core/nn/network.h"

namespace gaplab {

struct Evaluated {
    Tally::Values values;
    at::Tensor logits;  ///< float32 [N, K], on the network's device
};

/// A view of a network with its running statistics.
struct EvaluatedNetwork {
    const Network& network;
    const State& state;
    View view = View::Student;
    at::Tensor shift = {};  ///< [K], added to all its logits; undefined: nothing
};

/// Accuracy, cross-entropy and logits over rows of a set, `batchSize` images at a time: with that of training it never needs more
/// memory. Waits for the device once, at the end.
Evaluated evaluate(const EvaluatedNetwork& evaluated, const BatchMaker& batches, const ImageSet& set, const at::Tensor& rows,
                   int64_t batchSize);

}  // namespace gaplab
