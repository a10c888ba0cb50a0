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

TensorSlot makeSlot(std::string name, std::vector<int64_t> shape, ParameterRole role, Initial initial, Layout layout) {
    TensorSlot slot{std::move(name), shape, shape, role, layout, std::move(initial)};
    for (size_t axis = 0; axis < layout.copies.size(); ++axis)
        if (layout.copies[axis] > 1) slot.shape.at(axis) *= layout.copies[axis];
    return slot;
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

std::vector<double> Network::copyWeights() const {
    // From the student alone the first widening adds a whole copy; every later one halves one.
    std::vector<double> weights(static_cast<size_t>(std::min(expansion(), std::max(storage(), 2))), 1.0);
    while (std::ssize(weights) < expansion()) {
        const auto split = std::max_element(weights.begin() + 1, weights.end());
        *split /= 2;
        weights.push_back(*split);
    }
    return weights;
}

int Network::nextSplit() const {
    const std::vector<double> weights = copyWeights();
    if (weights.size() < 2) return 0;
    return static_cast<int>(std::max_element(weights.begin() + 1, weights.end()) - weights.begin());
}

size_t Network::addParameter(std::string name, std::vector<int64_t> shape, ParameterRole role, Initial initial, Layout layout) {
    parameters_.push_back(makeSlot(std::move(name), std::move(shape), role, std::move(initial), layout));
    return parameters_.size() - 1;
}

size_t Network::addBuffer(std::string name, std::vector<int64_t> shape, Initial initial, Layout layout) {
    buffers_.push_back(makeSlot(std::move(name), std::move(shape), {}, std::move(initial), layout));
    return buffers_.size() - 1;
}

at::Tensor spread(const at::Tensor& student, const Layout& layout) {
    if (layout.copies == Layout().copies) return layout.divisor == 1 ? student : student / layout.divisor;
    std::vector<int64_t> repeats(static_cast<size_t>(student.dim()), 1);
    for (size_t axis = 0; axis < layout.copies.size(); ++axis)
        if (layout.copies[axis] > 1) repeats.at(axis) = layout.copies[axis];
    return student.repeat(repeats).div_(layout.divisor);
}

}  // namespace gaplab
