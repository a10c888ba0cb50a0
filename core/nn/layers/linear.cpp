#include "core/nn/layers/linear.h"

#include "core/nn/layers/stateless.h"

namespace gaplab {

constexpr double transformerDeviation = 0.02;

Linear::Linear(Network& network, const std::string& name, const LinearOptions& options)
    : kernel_(Viewed::parameter(network, name + ".weight", {options.out, options.in}, ParameterRole::Kernel,
                                options.transformer ? Initial::truncatedNormal(transformerDeviation) : uniformByFanIn(options.in),
                                denseLayout(network, options.position))),
      bias_(Viewed::parameter(network, name + ".bias", {options.out}, ParameterRole::Bias,
                              options.transformer ? Initial::constant(0) : uniformByFanIn(options.in),
                              biasLayout(network, options.position))) {}

at::Tensor Linear::operator()(const at::Tensor& features, const Pass& pass) const {
    const at::Tensor kernel = kernel_.of(pass);
    at::Tensor result = at::linear(features, kernel, bias_.of(pass));
    countMacs(pass, result, kernel.size(1));
    countKept(pass, result);
    return result;
}

}  // namespace gaplab
