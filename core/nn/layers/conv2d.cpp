#include "core/nn/layers/conv2d.h"

#include "core/nn/layers/stateless.h"

namespace gaplab {
namespace {

int64_t reduced(int64_t size, const Conv2dOptions& options) {
    return (size + 2 * options.padding - options.kernel) / options.stride + 1;
}

/// The shape alone: convolution has no meta kernel in C++.
at::Tensor emptyResult(const at::Tensor& images, const at::Tensor& kernel, const Conv2dOptions& options) {
    return at::empty({images.size(0), kernel.size(0), reduced(images.size(2), options), reduced(images.size(3), options)},
                     images.options());
}

Layout kernelLayout(const Network& network, const Conv2dOptions& options) {
    return options.groups > 1 ? copiedLayout(network) : denseLayout(network, options.position);
}

Viewed makeBias(Network& network, const std::string& name, const Conv2dOptions& options) {
    const Layout layout = options.groups > 1 ? copiedLayout(network) : biasLayout(network, options.position);
    return Viewed::parameter(network, name + ".bias", {options.out}, ParameterRole::Bias,
                             uniformByFanIn(options.in / options.groups * options.kernel * options.kernel), layout);
}

}  // namespace

Conv2d::Conv2d(Network& network, const std::string& name, const Conv2dOptions& options) : options_(options) {
    const Layout layout = kernelLayout(network, options);
    if (options.groups > 1) copiesOfGroups_ = network.expansion();
    if (network.plan().elasticity.kernels) {
        const KernelGeometry geometry{options.in,      options.out,    options.kernel, options.stride,
                                      options.padding, options.groups, layout,         options.transformer};
        made_ = network.plan().elasticity.kernels(network, name, geometry);
    }
    if (made_)
        network.addMadeKernel(name + ".weight", made_);
    else
        plain_ = Viewed::parameter(network, name + ".weight",
                                   {options.out, options.in / options.groups, options.kernel, options.kernel},
                                   ParameterRole::Kernel, heNormal(options.out, options.kernel, options.groups), layout);
    if (options.bias) bias_ = makeBias(network, name, options);
}

at::Tensor Conv2d::kernel(const Pass& pass) const {
    if (!made_) return plain_.of(pass);
    if (!pass.cache) return made_->of(pass);
    auto& kept = pass.cache->kernels[pass.view == View::Student ? 0 : 1];
    const auto found = kept.find(made_->id());
    return found != kept.end() ? found->second : kept.emplace(made_->id(), made_->of(pass)).first->second;
}

at::Tensor Conv2d::operator()(const at::Tensor& input, const Pass& pass) const {
    if (made_ && !pass.cache && !input.is_meta())
        if (const auto parts =
                made_->apart(pass, input.size(0) * reduced(input.size(2), options_) * reduced(input.size(3), options_)))
            return inParts(*parts, input, pass);
    const at::Tensor weights = kernel(pass);
    // Most kernels tell the layout of the result, but not one of 1 x 1 or of a single input channel: there the input does.
    const bool toArrange = options_.position == Position::First && !input.is_meta();
    const at::Tensor images = toArrange ? input.contiguous(at::MemoryFormat::ChannelsLast) : input;
    const int64_t groups = pass.view == View::Teacher ? options_.groups * copiesOfGroups_ : options_.groups;
    const at::Tensor bias = options_.bias ? bias_.of(pass) : at::Tensor();
    at::Tensor result = images.is_meta() ? emptyResult(images, weights, options_)
                                         : at::conv2d(images, weights, bias, options_.stride, options_.padding, 1, groups);
    countMacs(pass, result, weights.numel() / weights.size(0));
    countKept(pass, result);
    return result;
}

at::Tensor Conv2d::inParts(const Kernel::Apart& parts, const at::Tensor& input, const Pass& pass) const {
    const auto by = [&](const at::Tensor& images, const at::Tensor& weights, const at::Tensor& bias) {
        return at::conv2d(images, weights, bias, options_.stride, options_.padding);
    };
    const at::Tensor behind = by(at::conv2d(input, parts.before), parts.after, {});
    at::Tensor result = by(input, parts.kernel, options_.bias ? bias_.of(pass) : at::Tensor());
    result = at::addcmul(result, behind, parts.scale.to(behind.scalar_type()));
    countKept(pass, result);
    return result;
}

TransposedConv2d::TransposedConv2d(Network& network, const std::string& name, const Conv2dOptions& options) : options_(options) {
    Layout layout = kernelLayout(network, options);
    if (options.groups > 1) {
        copiesOfGroups_ = network.expansion();
    } else {
        std::swap(layout.copies[0], layout.copies[1]);
        if (layout.inputAxis == 1) layout.inputAxis = 0;
    }
    kernel_ =
        Viewed::parameter(network, name + ".weight", {options.in, options.out / options.groups, options.kernel, options.kernel},
                          ParameterRole::Kernel, heNormal(options.out, options.kernel, options.groups), layout);
    if (options.bias) bias_ = makeBias(network, name, options);
}

at::Tensor TransposedConv2d::operator()(const at::Tensor& features, const Pass& pass) const {
    const int64_t groups = pass.view == View::Teacher ? options_.groups * copiesOfGroups_ : options_.groups;
    const at::Tensor weights = kernel_.of(pass);
    const at::Tensor bias = options_.bias ? bias_.of(pass) : at::Tensor();
    at::Tensor result =
        at::conv_transpose2d(features, weights, bias, options_.stride, options_.padding, /*output_padding=*/0, groups);
    countMacs(pass, features, weights.numel() / weights.size(0));
    countKept(pass, result);
    return result;
}

}  // namespace gaplab
