#include "core/nn/layers/conv2d.h"

#include "core/nn/layers/stateless.h"

namespace gaplab {

namespace {

/// The shape alone: convolution has no meta kernel in C++.
at::Tensor emptyResult(const at::Tensor& images, const Conv2dOptions& options) {
    const auto reduced = [&](int64_t size) { return (size + 2 * options.padding - options.kernel) / options.stride + 1; };
    return at::empty({images.size(0), options.out, reduced(images.size(2)), reduced(images.size(3))}, images.options());
}

}  // namespace

Conv2d::Conv2d(Network& network, const std::string& name, const Conv2dOptions& options) : options_(options) {
    requirePlain(options.copies);
    kernel_ =
        network.addParameter(name + ".weight", {options.out, options.in, options.kernel, options.kernel}, ParameterRole::Kernel);
    if (options.bias) bias_ = network.addParameter(name + ".bias", {options.out}, ParameterRole::Bias);
}

at::Tensor Conv2d::operator()(const at::Tensor& images, const Pass& pass) const {
    const at::Tensor& kernel = pass.state.parameters[kernel_];
    const at::Tensor bias = options_.bias ? pass.state.parameters[bias_] : at::Tensor();
    at::Tensor result =
        images.is_meta() ? emptyResult(images, options_) : at::conv2d(images, kernel, bias, options_.stride, options_.padding);
    countMacs(pass, result, options_.in * options_.kernel * options_.kernel);
    countKept(pass, result);
    return result;
}

}  // namespace gaplab
