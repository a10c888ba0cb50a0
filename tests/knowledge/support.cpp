#include "tests/knowledge/support.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/autograd/autograd.h>

namespace gaplab {
namespace {

Outputs drawn(const std::vector<std::vector<int64_t>>& shapes, int64_t classes, int64_t images, at::Generator generator) {
    const auto values = [&](std::vector<int64_t> shape) {
        shape.insert(shape.begin(), images);
        return at::randn(shape, generator, at::kDouble);
    };
    Outputs outputs{.logits = 2 * values({classes}), .stages = {}, .pooled = {}};
    for (size_t i = 0; i + 1 < shapes.size(); ++i)
        outputs.stages.push_back(values(shapes[i]));
    if (!shapes.empty()) outputs.pooled = values(shapes.back());
    return outputs;
}

}  // namespace

Example exampleOf(const LossPlan& plan, int64_t images, uint64_t seed) {
    const at::Generator generator = at::detail::createCPUGenerator(seed);
    Example example{
        drawn(plan.fromShapes, plan.classes, images, generator), drawn(plan.toShapes, plan.classes, images, generator), {}};
    example.batch.labels = at::randint(0, plan.classes, {images}, generator, at::kLong);
    example.batch.indices = at::arange(images, at::kLong);
    example.batch.epoch = 5;
    return example;
}

std::vector<at::Tensor*> tensorsOf(Outputs& outputs) {
    std::vector<at::Tensor*> tensors = {&outputs.logits};
    for (at::Tensor& stage : outputs.stages)
        tensors.push_back(&stage);
    if (outputs.pooled.defined()) tensors.push_back(&outputs.pooled);
    return tensors;
}

Example mapped(Example example, const std::function<at::Tensor(const at::Tensor&)>& change) {
    for (Outputs* outputs : {&example.from, &example.to})
        for (at::Tensor* tensor : tensorsOf(*outputs))
            *tensor = change(*tensor);
    return example;
}

std::unique_ptr<Loss> lossOf(const LossCase& row, at::ScalarType type) {
    std::unique_ptr<Loss> loss = makeLoss(row.loss, row.plan);
    if (Model* adapters = loss->adapters()) adapters->state = adapters->state.to(type);
    return loss;
}

at::Tensor costOf(const Loss& loss, const LossCase& row, const Example& example) {
    return loss(row.readsSource ? &example.from : nullptr, example.to, example.batch);
}

double valueOf(const Loss& loss, const LossCase& row, const Example& example) {
    return costOf(loss, row, example).item<double>();
}

double gradientError(const std::function<at::Tensor(const at::Tensor&)>& function, const at::Tensor& point) {
    at::Tensor leaf = point.clone().set_requires_grad(true);
    const at::Tensor value = function(leaf);
    if (value.requires_grad()) torch::autograd::backward({value}, {});
    const at::Tensor gradient = (leaf.grad().defined() ? leaf.grad() : at::zeros_like(point)).contiguous().view({-1});
    double worst = 0;
    constexpr double h = 1e-6;
    for (int64_t i = 0; i < point.numel(); ++i) {
        const at::NoGradGuard noGradient;
        at::Tensor up = point.clone(), down = point.clone();
        up.view({-1})[i] += h;
        down.view({-1})[i] -= h;
        const double numeric = (function(up).item<double>() - function(down).item<double>()) / (2 * h);
        worst = std::max(worst, std::abs(numeric - gradient[i].item<double>()));
    }
    return worst;
}

at::Tensor logits(std::initializer_list<std::initializer_list<double>> rows) {
    std::vector<at::Tensor> tensors;
    for (const auto& row : rows)
        tensors.push_back(at::tensor(std::vector<double>(row), at::kDouble));
    return at::stack(tensors);
}

Batch labelled(const std::vector<int64_t>& labels) {
    return {{}, at::tensor(labels, at::kLong), {}};
}

Outputs outputsOf(const at::Tensor& z) {
    return {.logits = z, .stages = {}, .pooled = {}};
}

at::Tensor perSample(const std::string& name, const LossPlan& plan, const Outputs* from, const Outputs& to, const Batch& batch) {
    const auto loss = makeLoss(name, plan);
    return dynamic_cast<const PerSampleLoss&>(*loss).perSample(from, to, batch);
}

}  // namespace gaplab
