#include "core/knowledge/discriminator.h"

#include <array>

#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/softplus.h>
#include <fmt/format.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include "core/knowledge/adapters.h"
#include "core/knowledge/full_precision.h"
#include "core/nn/layers/viewed.h"

namespace gaplab {
namespace {

constexpr int64_t hiddenWidth = 128;
constexpr double slope = 0.2;  // of the leaky ReLU
constexpr double beta1 = 0.9, beta2 = 0.999, smallest = 1e-8;
constexpr double accuracyMomentum = 0.98;

}  // namespace

Discriminator::Discriminator(Network& network, int64_t inputs, int64_t classes, double rate) : rate_(rate) {
    const auto buffer = [&](const std::string& name, std::vector<int64_t> shape, Initial initial) {
        return network.addBuffer("discriminator." + name, std::move(shape), std::move(initial));
    };
    first_ = network.buffers().size();
    const std::array<int64_t, 4> widths = {inputs, hiddenWidth, hiddenWidth, 1 + classes};
    for (size_t i = 0; i + 1 < widths.size(); ++i) {
        const auto name = [&](const char* part) { return fmt::format("{}.{}", i, part); };
        const size_t weight = buffer(name("weight"), {widths[i + 1], widths[i]}, uniformByFanIn(widths[i]));
        const size_t bias = buffer(name("bias"), {widths[i + 1]}, Initial::constant(0));
        layers_.push_back({weight, bias, buffer(name("direction"), {widths[i + 1]}, Initial::normal(1))});
    }
    for (const size_t tensor : trained()) {
        const TensorSlot slot = network.buffers()[tensor];
        const std::string name = slot.name.substr(std::string("discriminator.").size());
        means_.push_back(buffer(name + ".mean", slot.shape, Initial::constant(0)));
        squares_.push_back(buffer(name + ".square", slot.shape, Initial::constant(0)));
    }
    step_ = buffer("step", {1}, Initial::constant(0));
    accuracy_ = buffer("accuracy", {1}, Initial::constant(0.5));
    fooled_ = buffer("fooled_steps", {1}, Initial::constant(0));
    resets_ = buffer("resets", {1}, Initial::constant(0));
    told_ = buffer("told", {2}, Initial::constant(0));
}

std::vector<size_t> Discriminator::trained() const {
    std::vector<size_t> tensors;
    for (const Layer& layer : layers_) {
        tensors.push_back(layer.weight);
        tensors.push_back(layer.bias);
    }
    return tensors;
}

Discriminator::Judgement Discriminator::judge(const State& state, const std::vector<at::Tensor>& trained,
                                              const at::Tensor& inputs) const {
    at::Tensor values = inputs;
    for (size_t i = 0; i < layers_.size(); ++i) {
        const at::Tensor &weight = trained[2 * i], &bias = trained[2 * i + 1];
        const at::Tensor left = unit(state.buffers[layers_[i].direction]);
        const at::Tensor largest = at::mv(weight.t(), left).norm().clamp_min(1e-12);
        values = at::linear(i > 0 ? at::leaky_relu(values, slope) : values, weight / largest, bias);
    }
    return {values.select(1, 0), values.slice(1, 1)};
}

Discriminator::Judgement Discriminator::operator()(const State& state, const at::Tensor& inputs) const {
    const FullPrecision full(inputs.device());
    std::vector<at::Tensor> weights;
    for (const size_t tensor : trained())
        weights.push_back(state.buffers[tensor]);
    return judge(state, weights, inputs);
}

void Discriminator::turnDirections(State& state) const {
    for (const Layer& layer : layers_) {
        const at::Tensor &weight = state.buffers[layer.weight], &direction = state.buffers[layer.direction];
        direction.copy_(unit(at::mv(weight, unit(at::mv(weight.t(), direction)))));
    }
}

void Discriminator::learn(State& state, const State& initial, const at::Tensor& from, const at::Tensor& to,
                          const at::Tensor& target, double freezeAbove) const {
    const FullPrecision full(from.device());
    at::Tensor right;
    std::vector<at::Tensor> gradients;
    {
        const at::AutoGradMode withGradient(true);
        std::vector<at::Tensor> leaves;
        for (const size_t tensor : trained())
            leaves.push_back(state.buffers[tensor].detach().requires_grad_(true));
        const Judgement source = judge(state, leaves, from.detach()), own = judge(state, leaves, to.detach());
        at::Tensor cost = at::softplus(-source.real).mean() + at::softplus(own.real).mean();
        if (source.classes.size(1) > 0)
            cost = cost + at::cross_entropy_loss(source.classes, target) + at::cross_entropy_loss(own.classes, target);
        gradients = torch::autograd::grad({cost}, leaves);
        right =
            ((source.real.detach() > 0).to(cost.scalar_type()).mean() + (own.real.detach() < 0).to(cost.scalar_type()).mean()) /
            2;
    }
    const at::NoGradGuard noGradient;
    at::Tensor sum = from.sum() + to.sum();
    for (const at::Tensor& gradient : gradients)
        sum = sum + gradient.sum();
    move(state, gradients, at::isfinite(sum).logical_and(state.buffers[accuracy_] <= freezeAbove));
    turnDirections(state);
    at::Tensor after = sum;
    for (const size_t tensor : trained())
        after = after + state.buffers[tensor].sum();
    observe(state, initial, right, at::isfinite(after));
}

void Discriminator::move(State& state, const std::vector<at::Tensor>& gradients, const at::Tensor& moves) const {
    const at::Tensor& step = state.buffers[step_];
    step.copy_(at::where(moves, step + 1, step));
    const at::Tensor taken = step.clamp_min(1);
    const at::Tensor correction1 = 1 - at::pow(beta1, taken), correction2 = 1 - at::pow(beta2, taken);
    const std::vector<size_t> tensors = trained();
    for (size_t i = 0; i < tensors.size(); ++i) {
        const at::Tensor &value = state.buffers[tensors[i]], &mean = state.buffers[means_[i]],
                         &square = state.buffers[squares_[i]];
        const at::Tensor& gradient = gradients[i];
        const at::Tensor newMean = at::lerp(mean, gradient, 1 - beta1);
        const at::Tensor newSquare = at::lerp(square, gradient.square(), 1 - beta2);
        const at::Tensor moved = value - rate_ * (newMean / correction1) / ((newSquare / correction2).sqrt() + smallest);
        mean.copy_(at::where(moves, newMean, mean));
        square.copy_(at::where(moves, newSquare, square));
        value.copy_(at::where(moves, moved, value));
    }
}

void Discriminator::observe(State& state, const State& initial, const at::Tensor& right, const at::Tensor& finite) const {
    const at::Tensor &accuracy = state.buffers[accuracy_], &fooled = state.buffers[fooled_], &resets = state.buffers[resets_];
    accuracy.copy_(accuracyMomentum * accuracy + (1 - accuracyMomentum) * right);
    fooled.copy_(at::where(accuracy < fooledBelow, fooled + 1, at::zeros_like(fooled)));
    for (size_t i = first_; i < resets_; ++i)
        state.buffers[i].copy_(at::where(finite, state.buffers[i], initial.buffers[i]));
    resets.add_(finite.logical_not());
}

}  // namespace gaplab
