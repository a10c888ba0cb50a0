#pragma once

#include <optional>
#include <vector>

#include <torch/types.h>

#include "core/base/json.h"

namespace gaplab {

/// Augmentations that move pixels only: a crop, a flip, or a crop and then a flip. They, gathering and normalising make one
/// kernel.
struct Moves {
    int64_t padding = 0;                    ///< 0: no crop
    double flips = 0;                       ///< probability
    uint64_t cropPlace = 0, flipPlace = 0;  ///< in the list, which their seeds depend on
};

/// Nothing where there is anything else that is applied to images.
std::optional<Moves> movesOf(const std::vector<Json>& augment);

/// Where each image of the batch comes from, int32 [B, 4] on the host; the same draws as those of the augmentations themselves.
/// `rows`: int64 [B] on the host.
at::Tensor drawPlaces(const Moves& moves, const at::Tensor& rows, uint64_t seed);

/// Whether a batch is made by one kernel there.
bool hasImageKernels(at::Device device);

/// float32 [B, C, H, W], channels last in memory, out of bytes [N, C, H, W]. Mean and scale hold a value a channel first, on the
/// scale of the bytes. On the processor it is slower than what it replaces, and there for tests.
at::Tensor movedImages(const at::Tensor& bytes, const at::Tensor& places, const at::Tensor& mean, const at::Tensor& scale);

}  // namespace gaplab
