#include "core/nn/layers/batch_norm.h"

namespace gaplab {

constexpr double momentum = 0.1;
constexpr double epsilon = 1e-5;

BatchNorm::BatchNorm(Network& network, const std::string& name, int64_t channels, int copies) {
    requirePlain({copies, copies});
    scale_ = network.addParameter(name + ".weight", {channels}, ParameterRole::NormScale);
    shift_ = network.addParameter(name + ".bias", {channels}, ParameterRole::NormShift);
    mean_ = network.addBuffer(name + ".running_mean", {channels});
    variance_ = network.addBuffer(name + ".running_var", {channels});
}

at::Tensor BatchNorm::operator()(const at::Tensor& features, const Pass& pass) const {
    if (features.is_meta()) return at::empty_like(features);  // batch_norm has no meta kernel in C++
    const State& state = pass.state;
    return at::batch_norm(features, state.parameters[scale_], state.parameters[shift_], state.buffers[mean_],
                          state.buffers[variance_], pass.training, momentum, epsilon, /*cudnn_enabled=*/true);
}

}  // namespace gaplab
