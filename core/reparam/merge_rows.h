#pragma once

#include <vector>

#include "core/reparam/merge_arithmetic.h"

// The merge on the processor, for tensors whose input channels lie side by side in memory: many of them are taken at once, and
// each tensor is read once. Free of LibTorch, and compiled for several kinds of processor.

namespace gaplab::merge {

bool haveRows(const Parts& parts);
bool haveRows(const Gradients& to);

/// The filters of branch 5 with the input channels innermost, [filter, area, in]; empty where there is no such branch.
std::vector<float> filtersByChannel(const Parts& parts);

/// Writes the rows [from, until) of the merged kernel, [out, in, area].
void mergeRows(const Parts& parts, const float* filters, const Values& merged, int64_t from, int64_t until);

/// Puts the gradients of what belongs to the outputs [from, until), and adds what they give to those of the filters of branch 5
/// to `ofFilters`, laid out as `filters` are.
void differentiateRows(const Parts& parts, const float* filters, const Gradients& to, int64_t from, int64_t until,
                       float* ofFilters);

}  // namespace gaplab::merge
