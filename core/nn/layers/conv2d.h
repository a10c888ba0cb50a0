#pragma once

#include <string>

#include "core/nn/layers/copies.h"
#include "core/nn/network.h"

namespace gaplab {

struct Conv2dOptions {
    int64_t in = 1;   ///< the student's input channels
    int64_t out = 1;  ///< the student's output channels
    int64_t kernel = 3;
    int64_t stride = 1;
    int64_t padding = 1;
    bool bias = false;  ///< batch norm behind it makes one superfluous
    Copies copies = {};
};

/// Convolution with a square kernel. Holds slot numbers only: the kernel "NAME.weight" [out, in, k, k] and, if asked for,
/// "NAME.bias".
class Conv2d {
public:
    /// Throws std::logic_error for more than one copy.
    Conv2d(Network& network, const std::string& name, const Conv2dOptions& options);

    /// images: [B, in, H, W]; returns [B, out, H', W']
    at::Tensor operator()(const at::Tensor& images, const Pass& pass) const;

private:
    Conv2dOptions options_;
    size_t kernel_;
    size_t bias_ = 0;  ///< meaningless without options_.bias
};

}  // namespace gaplab
