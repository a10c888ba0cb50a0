#pragma once

#include <functional>
#include <initializer_list>

#include <torch/types.h>

#include "tests/knowledge/cases.h"

namespace gaplab {

/// One comparison: what a loss is given.
struct Example {
    Outputs from, to;
    Batch batch;
};

/// Random outputs of both networks in float64, by the plan's classes and shapes, and random labels. The same for the same seed.
Example exampleOf(const LossPlan& plan, int64_t images, uint64_t seed);
/// Every tensor of both networks' outputs changed.
Example mapped(Example example, const std::function<at::Tensor(const at::Tensor&)>& change);
/// The tensors of outputs that are there: logits, stages, pooled.
std::vector<at::Tensor*> tensorsOf(Outputs& outputs);

/// The loss with its adapters, if any, in that type.
std::unique_ptr<Loss> lossOf(const LossCase& row, at::ScalarType type = at::kDouble);
at::Tensor costOf(const Loss& loss, const LossCase& row, const Example& example);
double valueOf(const Loss& loss, const LossCase& row, const Example& example);

/// Largest difference between the gradient by autograd and by central differences (step 1e-6), at `point`, float64.
double gradientError(const std::function<at::Tensor(const at::Tensor&)>& function, const at::Tensor& point);

at::Tensor logits(std::initializer_list<std::initializer_list<double>> rows);
Batch labelled(const std::vector<int64_t>& labels);
Outputs outputsOf(const at::Tensor& z);
/// What each image costs; for losses that tell.
at::Tensor perSample(const std::string& name, const LossPlan& plan, const Outputs* from, const Outputs& to, const Batch& batch);

}  // namespace gaplab
