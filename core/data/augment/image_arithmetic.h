#pragma once

#include <cstdint>

#include "core/base/host_device.h"

// What one value of a training batch takes, the same on the processor and on a GPU. Free of LibTorch.

namespace gaplab::images {

/// Where an image of a batch comes from: shifted, with black behind the edges, then mirrored.
struct Place {
    int32_t row = 0, down = 0, right = 0, mirrored = 0;
};

/// A batch to be made, float32 [B, H, W, C], out of bytes [N, C, H, W].
struct Work {
    const uint8_t* bytes = nullptr;
    const Place* places = nullptr;
    const float *mean = nullptr, *scale = nullptr;  ///< [C], on the scale of the bytes
    float* made = nullptr;
    int64_t count = 0, height = 0, width = 0, channels = 0;
};

/// The value with this number of the batch.
GAPLAB_EVERYWHERE inline void makeOne(const Work& work, int64_t number) {
    const int64_t c = number % work.channels, pixel = number / work.channels;
    const int64_t x = pixel % work.width, y = pixel / work.width % work.height;
    const Place place = work.places[pixel / work.width / work.height];
    const int64_t fromX = (place.mirrored ? work.width - 1 - x : x) + place.right, fromY = y + place.down;
    const bool inside = fromX >= 0 && fromX < work.width && fromY >= 0 && fromY < work.height;
    const uint8_t byte =
        inside ? work.bytes[((place.row * work.channels + c) * work.height + fromY) * work.width + fromX] : uint8_t{0};
    work.made[number] = (static_cast<float>(byte) - work.mean[c]) * work.scale[c];
}

/// Makes the whole batch, everything in device memory. `stream` is a cudaStream_t. Returns a cudaError_t, 0: none.
int makeOnDevice(const Work& work, void* stream);

}  // namespace gaplab::images
