#pragma once

#include <string>

#include "core/nn/layers/conv2d.h"

namespace gaplab {

/// Cuts images into patches and projects each: "NAME.proj", a convolution whose stride is its kernel.
class PatchEmbedding {
public:
    PatchEmbedding(Network& network, const std::string& name, int64_t in, int64_t out, int64_t patch,
                   Position position = Position::First);
    /// [B, C, H, W] to [B, N, out]
    at::Tensor operator()(const at::Tensor& images, const Pass& pass) const;

private:
    Conv2d projection_;
};

/// A learned class token [1, 1, C] before the tokens and learned positions [1, N + 1, C] added to all.
class ClassTokenAndPositions {
public:
    ClassTokenAndPositions(Network& network, int64_t tokens, int64_t features);
    /// [B, N, C] to [B, N + 1, C]
    at::Tensor operator()(const at::Tensor& tokens, const Pass& pass) const;

private:
    Viewed token_;
    Viewed positions_;
};

/// Learned factor a feature (Touvron et al. 2021, going deeper with image transformers): "NAME" [C].
class LayerScale {
public:
    LayerScale(Network& network, const std::string& name, int64_t features, double initial = 1e-4);
    /// tokens: [.., C]
    at::Tensor operator()(const at::Tensor& tokens, const Pass& pass) const;

private:
    Viewed scale_;
};

/// [B, C, H, W] to tokens [B, H W, C] and back.
at::Tensor tokensOf(const at::Tensor& features);
at::Tensor featuresOf(const at::Tensor& tokens, int64_t height, int64_t width);

}  // namespace gaplab
