#include "core/nn/layers/linear.h"

#include "core/nn/layers/stateless.h"

namespace gaplab {

Linear::Linear(Network& network, const std::string& name, const LinearOptions& options) : options_(options) {
    requirePlain(options.copies);
    kernel_ = network.addParameter(name + ".weight", {options.out, options.in}, ParameterRole::Kernel);
    bias_ = network.addParameter(name + ".bias", {options.out}, ParameterRole::Bias);
}

at::Tensor Linear::operator()(const at::Tensor& features, const Pass& pass) const {
    at::Tensor result = at::linear(features, pass.state.parameters[kernel_], pass.state.parameters[bias_]);
    countMacs(pass, result, options_.in);
    countKept(pass, result);
    return result;
}

}  // namespace gaplab
