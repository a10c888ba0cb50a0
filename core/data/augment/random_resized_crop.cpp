#include <algorithm>
#include <cmath>

#include "core/data/augment/augmentation.h"
#include "core/data/augment/pixels.h"

namespace gaplab {
namespace {

struct Box {
    double top, left, height, width;  ///< shares of the image
};

/// A part of random area and shape; after ten that do not fit, the middle.
Box drawBox(Random& random, const Json& options, double aspect) {
    const double smallest = options.value("smallest", 0.08), flattest = options.value("flattest", 0.75);
    for (int attempt = 0; attempt < 10; ++attempt) {
        const double area = random.uniform(smallest, 1.0);
        const double ratio = std::exp(random.uniform(std::log(flattest), -std::log(flattest)));
        const double width = std::sqrt(area * ratio / aspect), height = std::sqrt(area / ratio * aspect);
        if (width <= 1 && height <= 1) return {random.uniform() * (1 - height), random.uniform() * (1 - width), height, width};
    }
    const double width = std::min(1.0, 1.0 / (aspect * flattest)), height = std::min(1.0, aspect / flattest);
    return {(1 - height) / 2, (1 - width) / 2, height, width};
}

at::Tensor apply(const at::Tensor& images, const Json& options, const at::Tensor&, uint64_t seed) {
    const int64_t count = images.size(0);
    const double aspect = static_cast<double>(images.size(2)) / static_cast<double>(images.size(1));
    at::Tensor maps = at::zeros({count, 2, 3}, at::kFloat);
    auto values = maps.accessor<float, 3>();
    Random random(seed);
    for (int64_t i = 0; i < count; ++i) {
        const Box box = drawBox(random, options, aspect);
        values[i][0][0] = static_cast<float>(box.width);
        values[i][0][2] = static_cast<float>(2 * box.left + box.width - 1);
        values[i][1][1] = static_cast<float>(box.height);
        values[i][1][2] = static_cast<float>(2 * box.top + box.height - 1);
    }
    return toBytes(warped(toFloat(images), onto(images.device(), maps)));
}

}  // namespace

Augmentation randomResizedCropAugmentation() {
    return {
        {.name = "random_resized_crop",
         .help = "Enlarges a part of random area and shape to the whole image, bilinearly.",
         .source = "Szegedy et al., Going Deeper with Convolutions, 2015",
         .parameters = {realParameter("smallest", 0.08, 0.01, 1.0, "Smallest area of the part, as a share of the image's."),
                        realParameter("flattest", 0.75, 0.1, 1.0, "Smallest ratio of the sides; its inverse is the largest.")}},
        apply};
}

}  // namespace gaplab
