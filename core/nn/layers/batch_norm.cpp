#include "core/nn/layers/batch_norm.h"

#include "core/base/error.h"

namespace gaplab {
namespace {

Conv2dOptions withBias(Conv2dOptions options, bool bias) {
    options.bias |= bias;
    return options;
}

}  // namespace

BatchNorm::Statistics BatchNorm::addStatistics(Network& network, const std::string& prefix, int64_t channels,
                                               const Layout& layout) {
    const size_t mean = network.addBuffer(prefix + "running_mean", {channels}, Initial::constant(0), layout);
    return {mean, network.addBuffer(prefix + "running_var", {channels}, Initial::constant(1), layout)};
}

BatchNorm::BatchNorm(Network& network, const std::string& name, int64_t channels)
    : scale_(Viewed::parameter(network, name + ".weight", {channels}, ParameterRole::NormScale, Initial::constant(1),
                               copiedLayout(network))),
      shift_(Viewed::parameter(network, name + ".bias", {channels}, ParameterRole::NormShift, Initial::constant(0),
                               copiedLayout(network))),
      student_(addStatistics(network, name + ".", channels, {})),
      // Without copies both views are the same features.
      teacher_(network.expansion() == 1 ? student_
                                        : addStatistics(network, name + ".teacher_", channels, copiedLayout(network))) {}

at::Tensor BatchNorm::operator()(const at::Tensor& features, const Pass& pass) const {
    if (features.is_meta()) return at::empty_like(features);  // batch_norm has no meta kernel in C++
    if (pass.training && features.numel() == features.size(1))
        throw inputError(
            "Batch norm cannot train on a single value a channel: here a batch of one image that is down to one pixel",
            "Choose training.batch so that the last batch of an epoch has more than one image, or larger images.");
    const State& state = pass.state;
    const Statistics& statistics = pass.view == View::Student ? student_ : teacher_;
    return at::batch_norm(features, scale_.of(pass), shift_.of(pass), state.buffers[statistics.mean],
                          state.buffers[statistics.variance], pass.training, batchNormMomentum, batchNormEpsilon,
                          /*cudnn_enabled=*/true);
}

ConvNorm::ConvNorm(Network& network, const std::string& convName, const std::string& normName, const Conv2dOptions& options)
    : conv_(network, convName, withBias(options, network.plan().elasticity.folded)) {
    if (network.plan().elasticity.folded) return;
    norm_.emplace(network, normName, options.out);
    network.addFold(convName, normName);
}

at::Tensor ConvNorm::operator()(const at::Tensor& images, const Pass& pass) const {
    const at::Tensor features = conv_(images, pass);
    return norm_ ? (*norm_)(features, pass) : features;
}

}  // namespace gaplab
