#pragma once

#include <cstdint>
#include <vector>

#include <torch/types.h>

#include "core/base/catalogue.h"
#include "core/base/json.h"

namespace gaplab {

/// Images that are mixtures of two of the batch, and how much of each.
struct Mixture {
    at::Tensor images;  ///< as given
    double share = 1;   ///< of the image itself; the rest is that of its partner, the image at the same place from the end
};

/// A registry member: its description and what it does to a batch. Exactly one of the functions is there, or none, where it tells
/// only which images a batch holds. Random numbers come from `seed` alone. No value is copied from the device to the host.
struct Augmentation {
    Member member;
    /// uint8 [B, H, W, C], contiguous, to the same shape. `options` holds every declared parameter; `colour` is the training
    /// images' mean as uint8 [C] on the batch's device.
    at::Tensor (*apply)(const at::Tensor& images, const Json& options, const at::Tensor& colour, uint64_t seed) = nullptr;
    /// float [B, C, H, W], normalised, with its labels mixed in the same shares afterwards.
    Mixture (*mix)(const at::Tensor& images, const Json& options, uint64_t seed) = nullptr;
};

/// All augmentations. A new one is a file in core/data/augment and a line in registry.cpp.
const std::vector<Augmentation>& augmentations();

Augmentation cropAugmentation();
Augmentation flipAugmentation();
Augmentation cutoutAugmentation();
Augmentation randomResizedCropAugmentation();
Augmentation colourJitterAugmentation();
Augmentation randAugmentAugmentation();
Augmentation erasingAugmentation();
Augmentation mixupAugmentation();
Augmentation cutmixAugmentation();
Augmentation repeatedAugmentation();

}  // namespace gaplab
