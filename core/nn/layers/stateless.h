#pragma once

#include <utility>
#include <vector>

#include "core/nn/network.h"

namespace gaplab {

/// Overwrites `features`, which nobody may need any more: neither a tap nor the backward pass of what made them.
at::Tensor reluInPlace(at::Tensor features, const Pass& pass);
/// As above, but `features` are a stage output, kept as they are where the pass taps them.
at::Tensor reluOfStage(const at::Tensor& features, const Pass& pass, Outputs& outputs);
/// As reluInPlace, cut at 6.
at::Tensor relu6InPlace(at::Tensor features, const Pass& pass);
at::Tensor relu6OfStage(const at::Tensor& features, const Pass& pass, Outputs& outputs);
at::Tensor gelu(const at::Tensor& features, const Pass& pass);
/// A stage output without an activation behind it.
void tapStage(const at::Tensor& features, const Pass& pass, Outputs& outputs);

/// Halves height and width, rounding down.
at::Tensor maxPoolByTwo(const at::Tensor& features, const Pass& pass);
/// Window of 3, stride 2, padding 1.
at::Tensor maxPoolOverlapping(const at::Tensor& features, const Pass& pass);
/// [B, C, H, W] to [B, C]
at::Tensor globalAverage(const at::Tensor& features);

// What rearranges channels does so within each copy of the student's features: the copies lie one behind the other, and a
// concatenation of whole tensors would mix their order.

/// How many copies of the student's features a pass sees.
int64_t copiesIn(const Network& network, const Pass& pass);
/// [B, copies C, H, W] of each part to [B, copies (sum of C), H, W].
at::Tensor concatenateChannels(const std::vector<at::Tensor>& parts, int64_t copies);
/// The first and the second half of the student's channels.
std::pair<at::Tensor, at::Tensor> halveChannels(const at::Tensor& features, int64_t copies);
/// ShuffleNet's: [groups, C / groups] transposed.
at::Tensor shuffleChannels(const at::Tensor& features, int64_t groups, int64_t copies);

/// One output value costs `each` multiplications.
void countMacs(const Pass& pass, const at::Tensor& result, int64_t each);
/// The backward pass needs `result`.
void countKept(const Pass& pass, const at::Tensor& result);

}  // namespace gaplab
