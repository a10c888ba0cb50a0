#pragma once

#include <torch/types.h>

namespace gaplab {

/// The values as they are; the gradient comes back times -strength, so that what made them climbs where the loss goes down.
/// Ganin and Lempitsky, Unsupervised Domain Adaptation by Backpropagation, ICML 2015.
at::Tensor reverseGradient(const at::Tensor& values, double strength);

}  // namespace gaplab
