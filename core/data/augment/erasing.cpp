#include <cmath>

#include "core/data/augment/augmentation.h"
#include "core/data/augment/pixels.h"

namespace gaplab {
namespace {

/// Columns top, left, bottom, right of the erased part, in pixels; nothing erased where it is empty.
at::Tensor drawParts(int64_t count, int64_t height, int64_t width, const Json& options, Random& random) {
    const double probability = options.value("probability", 0.25), smallest = options.value("smallest", 0.02),
                 largest = options.value("largest", 1.0 / 3);
    at::Tensor parts = at::zeros({count, 4}, at::kLong);
    auto values = parts.accessor<int64_t, 2>();
    for (int64_t i = 0; i < count; ++i) {
        if (!random.chance(probability)) continue;
        for (int attempt = 0; attempt < 10; ++attempt) {
            const double area = random.uniform(smallest, std::max(smallest, largest)) * static_cast<double>(height * width);
            const double ratio = std::exp(random.uniform(std::log(0.3), -std::log(0.3)));
            const auto h = static_cast<int64_t>(std::lround(std::sqrt(area * ratio)));
            const auto w = static_cast<int64_t>(std::lround(std::sqrt(area / ratio)));
            if (h >= height || w >= width) continue;
            const int64_t top = random.below(height - h + 1), left = random.below(width - w + 1);
            values[i][0] = top, values[i][1] = left, values[i][2] = top + h, values[i][3] = left + w;
            break;
        }
    }
    return parts;
}

at::Tensor apply(const at::Tensor& images, const Json& options, const at::Tensor&, uint64_t seed) {
    Random random(seed);
    const int64_t height = images.size(1), width = images.size(2);
    const at::Tensor parts = drawParts(images.size(0), height, width, options, random);
    const auto column = [&](int64_t which) { return parts.select(1, which).unsqueeze(1); };
    const auto within = [&](int64_t begin, int64_t extent) {
        const at::Tensor along = at::arange(extent, at::kLong);
        return (along >= column(begin)).logical_and(along < column(begin + 2));
    };
    const at::Tensor erased = within(0, height).unsqueeze(2).logical_and(within(1, width).unsqueeze(1)).unsqueeze(3);
    // Noise from a hash of place and seed: the same on every device.
    const at::Tensor places =
        at::arange(images.numel(), at::TensorOptions(images.device()).dtype(at::kLong)).view(images.sizes());
    const auto salt = static_cast<int64_t>(random.next() >> 34);
    const at::Tensor mixed = at::remainder((places + salt) * 2654435761, 4294967291) * 40503;
    const at::Tensor noise = at::remainder(at::floor_divide(mixed, 65536), 256).to(at::kByte);
    return at::where(onto(images.device(), erased), noise, images);
}

}  // namespace

Augmentation erasingAugmentation() {
    return {{.name = "erasing",
             .help = "Covers a random rectangle of some images with noise.",
             .source = "Zhong et al., Random Erasing Data Augmentation, AAAI 2020",
             .parameters = {realParameter("probability", 0.25, 0.0, 1.0, "Share of the images."),
                            realParameter("smallest", 0.02, 0.001, 1.0, "Smallest area, as a share of the image's."),
                            realParameter("largest", 0.3333, 0.001, 1.0, "Largest area, as a share of the image's.")}},
            apply};
}

}  // namespace gaplab
