#include "core/data/augment/augmentation.h"
#include "core/data/augment/draws.h"
#include "core/data/augment/pixels.h"

namespace gaplab {
namespace {

/// Each image is laid on a black canvas that is `padding` larger on every side and cut out again at a random place. In the flat
/// canvas, a row of the cut is W neighbouring pixels, so the whole batch is one gather of B * H such rows.
at::Tensor apply(const at::Tensor& images, const Json& options, const at::Tensor&, uint64_t seed) {
    const int64_t padding = paddingOf(options);
    if (padding == 0) return images;
    const int64_t count = images.size(0), height = images.size(1), width = images.size(2), channels = images.size(3);
    const int64_t canvasHeight = height + 2 * padding, canvasWidth = width + 2 * padding;
    at::Tensor canvas = at::zeros({count, canvasHeight, canvasWidth, channels}, images.options());
    canvas.slice(1, padding, padding + height).slice(2, padding, padding + width).copy_(images);

    at::Tensor corners = at::empty({count, 1}, at::kLong);  // the pixel of the canvas where each cut begins
    const std::vector<Corner> drawn = drawCorners(count, padding, seed);
    for (int64_t i = 0; i < count; ++i) {
        const auto [y, x] = drawn[static_cast<size_t>(i)];
        corners.mutable_data_ptr<int64_t>()[i] = (i * canvasHeight + y) * canvasWidth + x;
    }
    const at::Tensor rows = (corners + at::arange(height, at::kLong) * canvasWidth).flatten();
    const at::Tensor everyRow =
        canvas.as_strided({count * canvasHeight * canvasWidth - width + 1, width * channels}, {channels, 1});
    return everyRow.index_select(0, onto(images.device(), rows)).view({count, height, width, channels});
}

}  // namespace

int64_t paddingOf(const Json& options) {
    return options.value("padding", int64_t{4});
}

std::vector<Corner> drawCorners(int64_t count, int64_t padding, uint64_t seed) {
    std::vector<Corner> corners;
    Random random(seed);
    for (int64_t i = 0; i < count; ++i) {
        const int64_t y = random.below(2 * padding + 1), x = random.below(2 * padding + 1);
        corners.push_back({y, x});
    }
    return corners;
}

Augmentation cropAugmentation() {
    return {{.name = "crop",
             .help = "Pads with black and crops back to the old size at a random place.",
             .source = "He et al., Deep Residual Learning for Image Recognition, 2016, section 4.2",
             .parameters = {integerParameter("padding", 4, 0, 256, "Pixels added on every side.", "pixels")}},
            apply};
}

}  // namespace gaplab
