#include "core/data/augment/augmentation.h"
#include "core/data/augment/draws.h"
#include "core/data/augment/pixels.h"

namespace gaplab {
namespace {

at::Tensor apply(const at::Tensor& images, const Json& options, const at::Tensor&, uint64_t seed) {
    const std::vector<int64_t> flipped = drawFlipped(images.size(0), flipProbabilityOf(options), seed);
    const at::Tensor rows = onto(images.device(), at::tensor(flipped, at::kLong));
    return images.index_copy(0, rows, images.index_select(0, rows).flip(2));
}

}  // namespace

double flipProbabilityOf(const Json& options) {
    return options.value("probability", 0.5);
}

std::vector<int64_t> drawFlipped(int64_t count, double probability, uint64_t seed) {
    std::vector<int64_t> flipped;
    Random random(seed);
    for (int64_t i = 0; i < count; ++i)
        if (random.chance(probability)) flipped.push_back(i);
    return flipped;
}

Augmentation flipAugmentation() {
    return {{.name = "flip",
             .help = "Mirrors left and right.",
             .parameters = {realParameter("probability", 0.5, 0.0, 1.0, "Share of the images that are mirrored.")}},
            apply};
}

}  // namespace gaplab
