#include "core/nn/layers/layer_norm.h"

#include <algorithm>
#include <numeric>

#include "core/nn/layers/stateless.h"

namespace gaplab {

LayerNorm::LayerNorm(Network& network, const std::string& name, int64_t features, double epsilon)
    : scale_(Viewed::parameter(network, name + ".weight", {features}, ParameterRole::NormScale, Initial::constant(1),
                               copiedLayout(network))),
      shift_(Viewed::parameter(network, name + ".bias", {features}, ParameterRole::NormShift, Initial::constant(0),
                               copiedLayout(network))),
      epsilon_(epsilon),
      copyWeights_(network.copyWeights()) {
    if (std::ranges::all_of(copyWeights_, [](double weight) { return weight == 1; })) copyWeights_.clear();
}

at::Tensor LayerNorm::operator()(const at::Tensor& tokens, const Pass& pass) const {
    countKept(pass, tokens);
    if (tokens.is_meta()) return at::empty_like(tokens);
    if (copyWeights_.empty() || pass.view == View::Student)
        return at::layer_norm(tokens, {tokens.size(-1)}, scale_.of(pass), shift_.of(pass), epsilon_);
    const at::Tensor features = tokens.to(at::promote_types(tokens.scalar_type(), at::kFloat));
    const int64_t width = features.size(-1) / std::ssize(copyWeights_);
    const double total = std::accumulate(copyWeights_.begin(), copyWeights_.end(), 0.0) * static_cast<double>(width);
    std::vector<at::Tensor> shares;
    for (const double weight : copyWeights_)
        shares.push_back(at::full({width}, weight / total, features.options().requires_grad(false)));
    const at::Tensor weights = at::cat(shares);
    const at::Tensor centred = features - (features * weights).sum(-1, true);
    const at::Tensor variance = (centred.square() * weights).sum(-1, true);
    return centred * (variance + epsilon_).rsqrt() * scale_.of(pass) + shift_.of(pass);
}

}  // namespace gaplab
