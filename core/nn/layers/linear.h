#pragma once

#include <string>

#include "core/nn/layers/copies.h"
#include "core/nn/network.h"

namespace gaplab {

struct LinearOptions {
    int64_t in = 1;   ///< the student's input features
    int64_t out = 1;  ///< the student's output features
    Copies copies = {};
};

/// Fully connected layer: "NAME.weight" [out, in] and "NAME.bias" [out].
class Linear {
public:
    /// Throws std::logic_error for more than one copy.
    Linear(Network& network, const std::string& name, const LinearOptions& options);

    /// features: [B, in]; returns [B, out]
    at::Tensor operator()(const at::Tensor& features, const Pass& pass) const;

private:
    LinearOptions options_;
    size_t kernel_;
    size_t bias_;
};

}  // namespace gaplab
