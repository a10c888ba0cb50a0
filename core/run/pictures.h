#pragma once

#include <vector>

#include <torch/types.h>

namespace gaplab {

/// Side of the small pictures of images of that height.
int64_t thumbnailSize(int64_t height);

/// size x size x 3 bytes, interleaved RGB, of an image [C, H, W] of bytes.
std::vector<unsigned char> thumbnail(const at::Tensor& image, int64_t size);

}  // namespace gaplab
