#pragma once

#include "core/nn/network.h"

namespace gaplab {

/// Overwrites `features`, which nobody may need any more: neither a tap nor the backward pass of what made them.
at::Tensor reluInPlace(at::Tensor features, const Pass& pass);
/// As above, but `features` are a stage output, kept as they are where the pass taps them.
at::Tensor reluOfStage(const at::Tensor& features, const Pass& pass, Outputs& outputs);
/// Halves height and width, rounding down.
at::Tensor maxPoolByTwo(const at::Tensor& features, const Pass& pass);
/// [B, C, H, W] to [B, C]
at::Tensor globalAverage(const at::Tensor& features);

/// One output value costs `each` multiplications.
void countMacs(const Pass& pass, const at::Tensor& result, int64_t each);
/// The backward pass needs `result`.
void countKept(const Pass& pass, const at::Tensor& result);

}  // namespace gaplab
