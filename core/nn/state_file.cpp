#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/nn/tensor_file.h"

namespace gaplab {
namespace {

using Visit = std::function<void(const TensorSlot& slot, at::Tensor value)>;

void forEachValue(const Network& network, const State& state, const Visit& visit) {
    for (size_t i = 0; i < state.parameters.size(); ++i)
        visit(network.parameters()[i], state.parameters[i]);
    for (size_t i = 0; i < state.buffers.size(); ++i)
        visit(network.buffers()[i], state.buffers[i]);
}

/// What keeps the file's tensor from going into the slot; empty: nothing.
std::string problemOf(const TensorFile& file, const std::string& name, const TensorSlot& slot) {
    const auto found = file.tensors.find(name);
    if (found == file.tensors.end()) return name + " is missing";
    const at::Tensor& tensor = found->second;
    if (tensor.sizes() != at::IntArrayRef(slot.shape))
        return fmt::format("{} is {} and should be {}", name, c10::str(tensor.sizes()), c10::str(at::IntArrayRef(slot.shape)));
    if (!tensor.is_floating_point())
        return fmt::format("{} holds {} and should hold real numbers", name, c10::toString(tensor.scalar_type()));
    return {};
}

void refuse(const std::string& where, const std::vector<std::string>& problems, size_t total) {
    constexpr size_t shown = 8;
    std::vector<std::string> some(problems.begin(),
                                  problems.begin() + static_cast<std::ptrdiff_t>(std::min(shown, problems.size())));
    if (problems.size() > shown) some.push_back(fmt::format("and {} more", problems.size() - shown));
    throw inputError(fmt::format("{} does not fit the network, {} of its {} tensors are wrong: {}", where, problems.size(), total,
                                 join(some, "; ")),
                     "Are these the weights of another architecture, or for another number of classes?");
}

}  // namespace

void putState(TensorFile& file, const std::string& prefix, const Network& network, const State& state) {
    forEachValue(network, state,
                 [&](const TensorSlot& slot, const at::Tensor& value) { file.tensors[prefix + slot.name] = value.detach(); });
}

void takeState(const TensorFile& file, const std::string& prefix, const Network& network, State& state,
               const std::string& where) {
    std::vector<std::string> problems;
    forEachValue(network, state, [&](const TensorSlot& slot, const at::Tensor&) {
        const std::string problem = problemOf(file, prefix + slot.name, slot);
        if (!problem.empty()) problems.push_back(problem);
    });
    if (!problems.empty()) refuse(where, problems, network.parameters().size() + network.buffers().size());
    const at::NoGradGuard noGradient;
    forEachValue(network, state,
                 [&](const TensorSlot& slot, at::Tensor value) { value.copy_(file.tensors.at(prefix + slot.name)); });
}

}  // namespace gaplab
