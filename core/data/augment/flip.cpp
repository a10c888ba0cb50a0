#include "core/base/random.h"
#include "core/data/augment/augmentation.h"

namespace gaplab {
namespace {

at::Tensor apply(const at::Tensor& images, const Json& options, const at::Tensor&, uint64_t seed) {
    const double probability = options.value("probability", 0.5);
    std::vector<int64_t> flipped;
    Random random(seed);
    for (int64_t i = 0; i < images.size(0); ++i)
        if (random.chance(probability)) flipped.push_back(i);
    const at::Tensor rows = at::tensor(flipped, at::kLong).to(images.device());
    return images.index_copy(0, rows, images.index_select(0, rows).flip(2));
}

}  // namespace

Augmentation flipAugmentation() {
    return {{.name = "flip",
             .help = "Mirrors left and right.",
             .parameters = {realParameter("probability", 0.5, 0.0, 1.0, "Share of the images that are mirrored.")}},
            apply};
}

}  // namespace gaplab
