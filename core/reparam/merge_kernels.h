#pragma once

#include "core/reparam/merge_arithmetic.h"

namespace gaplab::merge {

/// Writes the merged kernel, everything in device memory. `stream` is a cudaStream_t. Returns a cudaError_t, 0: none.
int mergeOnDevice(const Parts& parts, const Values& merged, void* stream);
/// Puts all gradients. Two kernels; the same sums in the same order every time.
int differentiateOnDevice(const Parts& parts, const Gradients& to, void* stream);

}  // namespace gaplab::merge
