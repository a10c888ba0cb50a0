#include "core/run/pictures.h"

#include <algorithm>

namespace gaplab {

int64_t thumbnailSize(int64_t height) {
    return std::clamp<int64_t>(height, 24, 64);
}

std::vector<unsigned char> thumbnail(const at::Tensor& image, int64_t size) {
    at::Tensor rgb = image.size(0) == 3 ? image : image.slice(0, 0, 1).expand({3, image.size(1), image.size(2)});
    if (rgb.size(1) != size || rgb.size(2) != size)
        rgb = at::upsample_nearest2d(rgb.unsqueeze(0), at::IntArrayRef{size, size}).squeeze(0);
    const at::Tensor bytes = rgb.permute({1, 2, 0}).contiguous();
    const uint8_t* data = bytes.const_data_ptr<uint8_t>();
    return {data, data + bytes.numel()};
}

}  // namespace gaplab
