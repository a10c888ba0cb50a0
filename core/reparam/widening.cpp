#include "core/reparam/widening.h"

#include <map>
#include <string>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/reparam/reparam.h"

namespace gaplab {
namespace {

/// The copy `index` of what lies in `copies` copies along an axis.
at::Tensor copyOf(const at::Tensor& values, int64_t axis, int copies, int index) {
    const int64_t width = values.size(axis) / copies;
    return values.narrow(axis, index * width, width);
}

at::Tensor sharesFor(const at::Tensor& block, const std::string& name, uint64_t seed) {
    at::Tensor shares = at::empty(block.sizes(), at::kDouble);
    Random random(deriveSeed(seed, name));
    double* data = shares.mutable_data_ptr<double>();
    for (int64_t i = 0; i < shares.numel(); ++i)
        data[i] = random.uniform(0.25, 0.75);
    return shares.to(block.options());
}

at::Tensor inLayoutOf(at::Tensor values) {
    return values.dim() == 4 ? values.contiguous(at::MemoryFormat::ChannelsLast) : values.contiguous();
}

}  // namespace

std::unique_ptr<Network> withExpansion(const Network& network, int expansion) {
    NetworkPlan plan = network.plan();
    plan.elasticity.storage = network.storage();
    plan.elasticity.expansion = expansion;
    return buildNetwork(std::move(plan));
}

State emptyState(const Network& network, const State& like) {
    const at::TensorOptions options = like.parameters.front().options().requires_grad(false);
    State state;
    for (size_t i = 0; i < network.parameters().size(); ++i)
        state.parameters.push_back(
            inLayoutOf(at::zeros(network.parameters()[i].shape, options)).set_requires_grad(like.parameters[i].requires_grad()));
    for (const TensorSlot& slot : network.buffers())
        state.buffers.push_back(inLayoutOf(at::zeros(slot.shape, options)));
    return state;
}

Widening::Widening(const Network& before, uint64_t seed) : before_(before), seed_(seed), split_(before.nextSplit()) {
    if (before.expansion() >= greatestRatio)
        throw inputError(fmt::format("A dynamic teacher can be at most {} times as wide as its student", greatestRatio));
    after_ = withExpansion(before, before.expansion() + 1);
}

at::Tensor Widening::applied(const TensorSlot& after, const at::Tensor& values, Columns columns) const {
    const int copies = before_.expansion();
    at::Tensor result = values.detach();
    const int64_t inputs = after.layout.inputAxis;
    for (size_t axis = 0; axis < after.layout.copies.size(); ++axis) {
        const auto dimension = static_cast<int64_t>(axis);
        if (after.layout.copies[axis] == 1 || dimension == inputs) continue;
        result = at::cat({result, copyOf(result, dimension, copies, split_)}, dimension);
    }
    if (inputs < 0) return inLayoutOf(result.clone());
    const at::Tensor read = copyOf(result, inputs, copies, split_);
    if (columns == Columns::Duplicated) return inLayoutOf(at::cat({result, read}, inputs));
    if (split_ == 0) return inLayoutOf(at::cat({result, at::zeros_like(read)}, inputs));
    const at::Tensor shares = columns == Columns::Halved ? at::full_like(read, 0.5) : sharesFor(read, after.name, seed_);
    const at::Tensor wider = at::cat({result, read * (1 - shares)}, inputs);
    copyOf(wider, inputs, copies + 1, split_).mul_(shares);
    return inLayoutOf(wider);
}

at::Tensor Widening::widened(size_t parameter, const at::Tensor& values) const {
    return applied(after_->parameters()[parameter], values, Columns::Divided);
}

at::Tensor Widening::duplicated(size_t parameter, const at::Tensor& values) const {
    return applied(after_->parameters()[parameter], values, Columns::Duplicated);
}

State Widening::widened(const State& state) const {
    const at::NoGradGuard noGradient;
    State result;
    for (size_t i = 0; i < state.parameters.size(); ++i)
        result.parameters.push_back(widened(i, state.parameters[i]).set_requires_grad(state.parameters[i].requires_grad()));
    std::map<std::string, at::Tensor> buffers;
    for (size_t i = 0; i < state.buffers.size(); ++i)
        buffers[before_.buffers()[i].name] = state.buffers[i];
    for (const TensorSlot& slot : after_->buffers()) {
        const auto found = buffers.find(slot.name);
        // A teacher that was the student had no statistics of its own.
        result.buffers.push_back(found != buffers.end() ? applied(slot, found->second, Columns::Halved)
                                                        : buffers.at(studentStatistics(slot.name)).repeat({after_->expansion()}));
    }
    return result;
}

}  // namespace gaplab
