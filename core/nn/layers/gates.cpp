#include "core/nn/layers/gates.h"

#include "core/nn/layers/stateless.h"

namespace gaplab {
namespace {

Conv2dOptions pointwise(int64_t in, int64_t out) {
    return {.in = in, .out = out, .kernel = 1, .padding = 0, .bias = true};
}

}  // namespace

PRelu::PRelu(Network& network, const std::string& name, int64_t channels)
    : slope_(Viewed::parameter(network, name + ".weight", {channels}, ParameterRole::NormScale, Initial::constant(0.25),
                               copiedLayout(network))) {}

at::Tensor PRelu::operator()(const at::Tensor& features, const Pass& pass) const {
    countKept(pass, features);
    return at::prelu(features, slope_.of(pass));
}

SqueezeExcite::SqueezeExcite(Network& network, const std::string& name, int64_t channels, int64_t squeezed)
    : reduce_(network, name + ".fc1", pointwise(channels, squeezed)),
      enlarge_(network, name + ".fc2", pointwise(squeezed, channels)) {}

at::Tensor SqueezeExcite::operator()(const at::Tensor& features, const Pass& pass) const {
    const at::Tensor average = features.mean({2, 3}, /*keepdim=*/true);
    const at::Tensor gate = enlarge_(reluInPlace(reduce_(average, pass), pass), pass).sigmoid();
    countKept(pass, features);
    return features * gate;
}

}  // namespace gaplab
