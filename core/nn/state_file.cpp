#include <algorithm>
#include <functional>
#include <optional>
#include <set>

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

/// What keeps the file's tensor from going into the slot; nothing where it fits.
std::optional<Problem> problemOf(const TensorFile& file, const std::string& name, const TensorSlot& slot) {
    const std::string wanted = c10::str(at::IntArrayRef(slot.shape));
    const auto found = file.tensors.find(name);
    if (found == file.tensors.end()) return Problem{name, "is missing", wanted};
    const at::Tensor& tensor = found->second;
    if (tensor.sizes() != at::IntArrayRef(slot.shape)) return Problem{name, "is " + c10::str(tensor.sizes()), wanted};
    if (!tensor.is_floating_point())
        return Problem{name, fmt::format("holds {}", c10::toString(tensor.scalar_type())), "real numbers"};
    return {};
}

/// What the file has under the prefix and the network has not: often the same tensors by other names.
std::vector<std::string> strangers(const TensorFile& file, const std::string& prefix, const Network& network) {
    std::set<std::string> known;
    for (const auto* slots : {&network.parameters(), &network.buffers()})
        for (const TensorSlot& slot : *slots)
            known.insert(prefix + slot.name);
    std::vector<std::string> found;
    for (const auto& [name, tensor] : file.tensors)
        if (name.starts_with(prefix) && !known.contains(name) && !name.ends_with("num_batches_tracked")) found.push_back(name);
    return found;
}

void refuse(const std::string& where, const std::vector<Problem>& problems, size_t total, std::vector<std::string> others) {
    constexpr size_t shown = 8;
    std::string hint = "Are these the weights of another architecture, or for another number of classes?";
    if (!others.empty()) {
        const size_t count = others.size();
        others.resize(std::min(shown, count));
        hint += fmt::format(" The file has {} tensors that the network does not know: {}{}", count, join(others),
                            count > shown ? ", .." : "");
    }
    constexpr size_t named = 3;
    std::string first;
    for (size_t i = 0; i < std::min(named, problems.size()); ++i)
        first += fmt::format("; {} {}, not {}", problems[i].path, problems[i].message, problems[i].allowed);
    if (problems.size() > named) first += fmt::format("; and {} more", problems.size() - named);
    throw Error(Fault::Input,
                fmt::format("{} does not fit the network: {} of its {} tensors fit, {} do not, and nothing was loaded{}", where,
                            total - problems.size(), total, problems.size(), first),
                hint, problems);
}

}  // namespace

void putState(TensorFile& file, const std::string& prefix, const Network& network, const State& state) {
    forEachValue(network, state,
                 [&](const TensorSlot& slot, const at::Tensor& value) { file.tensors[prefix + slot.name] = value.detach(); });
}

void takeState(const TensorFile& file, const std::string& prefix, const Network& network, State& state,
               const std::string& where) {
    std::vector<Problem> problems;
    forEachValue(network, state, [&](const TensorSlot& slot, const at::Tensor&) {
        if (const auto problem = problemOf(file, prefix + slot.name, slot)) problems.push_back(*problem);
    });
    // A deeper network of the same family has all that is asked for, and more: its weights are others all the same.
    const std::vector<std::string> others = strangers(file, prefix, network);
    if (!problems.empty() || !others.empty())
        refuse(where, problems, network.parameters().size() + network.buffers().size(), others);
    const at::NoGradGuard noGradient;
    forEachValue(network, state,
                 [&](const TensorSlot& slot, at::Tensor value) { value.copy_(file.tensors.at(prefix + slot.name)); });
}

}  // namespace gaplab
