#pragma once

#include <string>

#include "core/nn/layers/linear.h"

namespace gaplab {

/// Multi-head self-attention with one joint projection "NAME.qkv" [3 C, C] and "NAME.proj". The dynamic teacher has as many more
/// heads as it has more features, each of the student's width; its joint projection's rows are [q k v | q k v | ..], copy by
/// copy.
class Attention {
public:
    Attention(Network& network, const std::string& name, int64_t features, int64_t heads);
    /// tokens: [B, N, C]
    at::Tensor operator()(const at::Tensor& tokens, const Pass& pass) const;

private:
    int64_t heads_;
    int64_t headWidth_;
    int copies_;
    Linear joint_;
    Linear projection_;
};

}  // namespace gaplab
