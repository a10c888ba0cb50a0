#pragma once

#include <memory>
#include <string>
#include <vector>

#include <torch/types.h>

#include "core/base/catalogue.h"
#include "core/nn/network.h"

namespace gaplab {

/// What a loss may look at besides the two networks' outputs.
struct Batch {
    at::Tensor images;  ///< float [B, C, H, W], normalised
    at::Tensor labels;  ///< int64 [B]
};

/// One distillation loss: from a source (a teacher, or the labels) to a trained network. Logits are float32 or float64.
class Loss {
public:
    virtual ~Loss() = default;
    /// [B]. `from` is null where the source is "labels". Gradients flow into `to` only.
    virtual at::Tensor perSample(const Outputs* from, const Outputs& to, const Batch& batch) const = 0;
    /// The mean over the batch, a scalar.
    at::Tensor operator()(const Outputs* from, const Outputs& to, const Batch& batch) const {
        return perSample(from, to, batch).mean();
    }
};

/// Builds a loss by registry name with its declared parameters. `labelSmoothing` is the document's training.label_smoothing.
/// Throws Error (Input) for an unknown name.
std::unique_ptr<Loss> makeLoss(const std::string& name, const Json& parameters, double labelSmoothing = 0.0);

/// Describes every loss.
void addLosses(Catalogue& catalogue);

}  // namespace gaplab
