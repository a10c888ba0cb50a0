#include "core/nn/network.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace gaplab {
namespace {

int64_t elements(const TensorSlot& slot) {
    return std::accumulate(slot.shape.begin(), slot.shape.end(), int64_t{1}, std::multiplies<>());
}

at::Tensor asLeaf(const at::Tensor& values, const at::Tensor& original) {
    return values.requires_grad_(original.requires_grad());
}

State transformed(const State& state, const std::function<at::Tensor(const at::Tensor&)>& change) {
    State result;
    for (const at::Tensor& tensor : state.parameters)
        result.parameters.push_back(asLeaf(change(tensor.detach()), tensor));
    for (const at::Tensor& tensor : state.buffers)
        result.buffers.push_back(change(tensor));
    return result;
}

}  // namespace

State State::clone() const {
    return transformed(*this, [](const at::Tensor& tensor) { return tensor.clone(); });
}

State State::to(at::Device device) const {
    return transformed(*this, [device](const at::Tensor& tensor) { return tensor.to(device); });
}

State State::to(at::ScalarType type) const {
    return transformed(*this, [type](const at::Tensor& tensor) { return tensor.to(type); });
}

int64_t Network::parameterCount() const {
    return std::accumulate(parameters_.begin(), parameters_.end(), int64_t{0},
                           [](int64_t sum, const TensorSlot& slot) { return sum + elements(slot); });
}

size_t Network::addParameter(std::string name, std::vector<int64_t> shape, ParameterRole role) {
    parameters_.push_back({std::move(name), std::move(shape), role});
    return parameters_.size() - 1;
}

size_t Network::addBuffer(std::string name, std::vector<int64_t> shape) {
    buffers_.push_back({std::move(name), std::move(shape)});
    return buffers_.size() - 1;
}

}  // namespace gaplab
