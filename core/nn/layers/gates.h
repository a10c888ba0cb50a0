#pragma once

#include <string>

#include "core/nn/layers/conv2d.h"

namespace gaplab {

/// ReLU with a learned slope a channel for negative values (He et al. 2015): "NAME.weight" [C].
class PRelu {
public:
    PRelu(Network& network, const std::string& name, int64_t channels);
    /// features: [B, C, H, W]
    at::Tensor operator()(const at::Tensor& features, const Pass& pass) const;

private:
    Viewed slope_;
};

/// Squeeze and excite (Hu et al. 2018): channel gates from the global average, through two 1x1 convolutions "NAME.fc1" and
/// "NAME.fc2".
class SqueezeExcite {
public:
    SqueezeExcite(Network& network, const std::string& name, int64_t channels, int64_t squeezed);
    /// features: [B, C, H, W]
    at::Tensor operator()(const at::Tensor& features, const Pass& pass) const;

private:
    Conv2d reduce_;
    Conv2d enlarge_;
};

}  // namespace gaplab
