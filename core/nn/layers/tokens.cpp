#include "core/nn/layers/tokens.h"

#include "core/nn/layers/stateless.h"

namespace gaplab {
namespace {

constexpr double tokenDeviation = 0.02;

/// [1, N, C]
Viewed tokenParameter(Network& network, const std::string& name, int64_t tokens, int64_t features) {
    return Viewed::parameter(network, name, {1, tokens, features}, ParameterRole::Token, Initial::truncatedNormal(tokenDeviation),
                             copiedLayout(network, 2));
}

}  // namespace

PatchEmbedding::PatchEmbedding(Network& network, const std::string& name, int64_t in, int64_t out, int64_t patch,
                               Position position)
    : projection_(network, name + ".proj",
                  {.in = in,
                   .out = out,
                   .kernel = patch,
                   .stride = patch,
                   .padding = 0,
                   .bias = true,
                   .position = position,
                   .transformer = true}) {}

at::Tensor PatchEmbedding::operator()(const at::Tensor& images, const Pass& pass) const {
    return tokensOf(projection_(images, pass));
}

ClassTokenAndPositions::ClassTokenAndPositions(Network& network, int64_t tokens, int64_t features)
    : token_(tokenParameter(network, "cls_token", 1, features)),
      positions_(tokenParameter(network, "pos_embed", tokens + 1, features)) {}

at::Tensor ClassTokenAndPositions::operator()(const at::Tensor& tokens, const Pass& pass) const {
    const at::Tensor token = token_.of(pass).expand({tokens.size(0), 1, tokens.size(2)});
    return at::cat({token.to(tokens.scalar_type()), tokens}, 1) + positions_.of(pass);
}

LayerScale::LayerScale(Network& network, const std::string& name, int64_t features, double initial)
    : scale_(Viewed::parameter(network, name, {features}, ParameterRole::NormScale, Initial::constant(initial),
                               copiedLayout(network))) {}

at::Tensor LayerScale::operator()(const at::Tensor& tokens, const Pass& pass) const {
    countKept(pass, tokens);
    return tokens * scale_.of(pass);
}

at::Tensor tokensOf(const at::Tensor& features) {
    return features.flatten(2).transpose(1, 2);
}

at::Tensor featuresOf(const at::Tensor& tokens, int64_t height, int64_t width) {
    return tokens.transpose(1, 2).reshape({tokens.size(0), tokens.size(2), height, width});
}

}  // namespace gaplab
