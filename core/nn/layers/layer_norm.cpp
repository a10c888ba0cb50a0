#include "core/nn/layers/layer_norm.h"

#include "core/nn/layers/stateless.h"

namespace gaplab {

LayerNorm::LayerNorm(Network& network, const std::string& name, int64_t features, double epsilon)
    : scale_(Viewed::parameter(network, name + ".weight", {features}, ParameterRole::NormScale, Initial::constant(1),
                               copiedLayout(network))),
      shift_(Viewed::parameter(network, name + ".bias", {features}, ParameterRole::NormShift, Initial::constant(0),
                               copiedLayout(network))),
      epsilon_(epsilon) {}

at::Tensor LayerNorm::operator()(const at::Tensor& tokens, const Pass& pass) const {
    countKept(pass, tokens);
    if (tokens.is_meta()) return at::empty_like(tokens);
    return at::layer_norm(tokens, {tokens.size(-1)}, scale_.of(pass), shift_.of(pass), epsilon_);
}

}  // namespace gaplab
