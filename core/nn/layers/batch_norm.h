#pragma once

#include <string>

#include "core/nn/layers/copies.h"
#include "core/nn/network.h"

namespace gaplab {

/// Batch normalisation (Ioffe and Szegedy 2015), momentum 0.1, eps 1e-5: "NAME.weight", "NAME.bias" and one set of running
/// statistics a view that differs; without copies both views are the same features and share the student's set.
class BatchNorm {
public:
    /// Throws std::logic_error for more than one copy.
    BatchNorm(Network& network, const std::string& name, int64_t channels, int copies = 1);

    /// features: [B, C, H, W]. In training the batch's statistics are used and the running ones of pass.state move.
    at::Tensor operator()(const at::Tensor& features, const Pass& pass) const;

private:
    size_t scale_;
    size_t shift_;
    size_t mean_;
    size_t variance_;
};

}  // namespace gaplab
