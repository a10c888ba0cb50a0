#pragma once

#include <cstdint>
#include <vector>

#include <torch/types.h>

#include "core/base/catalogue.h"
#include "core/base/json.h"

namespace gaplab {

/// A registry member: its description and what it does to a batch.
struct Augmentation {
    Member member;
    /// uint8 [B, H, W, C], contiguous, to the same shape. `options` holds every declared parameter; `colour` is the training
    /// images' mean as uint8 [C] on the batch's device. Random numbers come from `seed` alone. No value is copied from the device
    /// to the host.
    at::Tensor (*apply)(const at::Tensor& images, const Json& options, const at::Tensor& colour, uint64_t seed);
};

/// All augmentations. A new one is a file in core/data/augment and a line in registry.cpp.
const std::vector<Augmentation>& augmentations();

Augmentation cropAugmentation();
Augmentation flipAugmentation();
Augmentation cutoutAugmentation();

}  // namespace gaplab
