#pragma once

#include <string>

#include "core/nn/layers/viewed.h"

namespace gaplab {

struct Conv2dOptions {
    int64_t in = 1;   ///< the student's input channels
    int64_t out = 1;  ///< the student's output channels
    int64_t kernel = 3;
    int64_t stride = 1;
    int64_t padding = 1;
    int64_t groups = 1;  ///< the student's
    bool bias = false;   ///< batch norm behind it makes one superfluous
    Position position = Position::Hidden;
    bool transformer = false;  ///< stands in a transformer
};

/// Convolution with a square kernel: "NAME.weight" [out, in / groups, k, k], or the tensors of its branches, and, if asked for,
/// "NAME.bias" [out]. A grouped one has as many more groups in the teacher as it has more channels.
class Conv2d {
public:
    Conv2d(Network& network, const std::string& name, const Conv2dOptions& options);

    /// input: [B, in, H, W]; returns [B, out, H', W']
    at::Tensor operator()(const at::Tensor& input, const Pass& pass) const;
    at::Tensor kernel(const Pass& pass) const;

private:
    at::Tensor inParts(const Kernel::Apart& parts, const at::Tensor& input, const Pass& pass) const;

    Conv2dOptions options_;
    int copiesOfGroups_ = 1;
    std::shared_ptr<const Kernel> made_;  ///< null: plain_
    Viewed plain_;
    Viewed bias_;  ///< meaningless without options_.bias
};

/// Its counterpart that enlarges: "NAME.weight" [in, out / groups, k, k].
class TransposedConv2d {
public:
    TransposedConv2d(Network& network, const std::string& name, const Conv2dOptions& options);

    /// features: [B, in, H, W]; returns [B, out, (H - 1) stride - 2 padding + kernel, ..]
    at::Tensor operator()(const at::Tensor& features, const Pass& pass) const;

private:
    Conv2dOptions options_;
    int copiesOfGroups_ = 1;
    Viewed kernel_;
    Viewed bias_;
};

}  // namespace gaplab
