#pragma once

#include <functional>
#include <vector>

#include <torch/types.h>

#include "core/base/random.h"

namespace gaplab {

// What several augmentations are made of. Images are float [B, H, W, C] on the scale of the bytes; a value an image is [B].

/// Values of the host on a device. The host does not wait for a GPU: they lie in pinned memory until they are copied.
at::Tensor onto(at::Device device, const at::Tensor& values);

at::Tensor toFloat(const at::Tensor& bytes);
/// Rounded and cut to 0 .. 255; uint8.
at::Tensor toBytes(const at::Tensor& values);

/// One value an image, drawn in the order of the images; on `device`.
at::Tensor drawEach(int64_t count, Random& random, at::Device device, const std::function<double(Random&)>& draw);

/// factor a + (1 - factor) b, factor [B].
at::Tensor blend(const at::Tensor& a, const at::Tensor& b, const at::Tensor& factor);
/// [B, H, W, 1], by the weights of the eye (ITU-R 601); a grey image as it is.
at::Tensor luminance(const at::Tensor& images);
/// Factors [B], 1 leaves the image as it is.
at::Tensor withBrightness(const at::Tensor& images, const at::Tensor& factor);
at::Tensor withContrast(const at::Tensor& images, const at::Tensor& factor);
at::Tensor withSaturation(const at::Tensor& images, const at::Tensor& factor);
/// Turns the hue by a share of the circle, [B].
at::Tensor withHue(const at::Tensor& images, const at::Tensor& turn);

/// Each image seen through an affine map [B, 2, 3] of the coordinates -1 .. 1 of the result onto those of the image; bilinear.
/// What lies outside the image is `colour`, float or uint8 [C]; undefined: the image's border goes on.
at::Tensor warped(const at::Tensor& images, const at::Tensor& maps, const at::Tensor& colour = {});

}  // namespace gaplab
