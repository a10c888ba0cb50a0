#include <algorithm>
#include <cmath>

#include "core/base/random.h"
#include "core/data/augment/augmentation.h"

namespace gaplab {
namespace {

/// Marsaglia and Tsang 2000, with the boost for a shape below 1.
double drawGamma(double shape, Random& random) {
    if (shape < 1) return drawGamma(shape + 1, random) * std::pow(1 - random.uniform(), 1 / shape);
    const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
    for (;;) {
        const double x = random.normal(), v = std::pow(1 + c * x, 3);
        if (v <= 0) continue;
        if (std::log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
    }
}

/// Of the distribution Beta(alpha, alpha).
double drawShare(const Json& options, Random& random) {
    const double alpha = options.value("alpha", 1.0), a = drawGamma(alpha, random), b = drawGamma(alpha, random);
    return a + b > 0 ? a / (a + b) : 0.5;
}

Mixture mixUp(const at::Tensor& images, const Json& options, uint64_t seed) {
    Random random(seed);
    if (!random.chance(options.value("probability", 1.0))) return {images};
    const double share = drawShare(options, random);
    return {images * share + images.flip(0) * (1 - share), share};
}

Mixture cutMix(const at::Tensor& images, const Json& options, uint64_t seed) {
    Random random(seed);
    if (!random.chance(options.value("probability", 1.0))) return {images};
    const int64_t height = images.size(2), width = images.size(3);
    const double side = std::sqrt(1 - drawShare(options, random));
    const auto clipped = [&](int64_t extent) {
        const auto half = static_cast<int64_t>(side * static_cast<double>(extent)) / 2;
        const int64_t centre = random.below(extent);
        return std::pair(std::max<int64_t>(0, centre - half), std::min(extent, centre + half));
    };
    const auto [top, bottom] = clipped(height);
    const auto [left, right] = clipped(width);
    at::Tensor mixed = images.clone();
    mixed.slice(2, top, bottom).slice(3, left, right).copy_(images.flip(0).slice(2, top, bottom).slice(3, left, right));
    const double covered = static_cast<double>((bottom - top) * (right - left)) / static_cast<double>(height * width);
    return {mixed, 1 - covered};
}

std::vector<Parameter> mixParameters(double alpha) {
    Parameter shape =
        realParameter("alpha", alpha, 0.0, 100.0, "Both parameters of the beta distribution that shares are drawn from.");
    shape.minimumExcluded = true;
    return {shape, realParameter("probability", 1.0, 0.0, 1.0, "Share of the batches.")};
}

}  // namespace

Augmentation mixupAugmentation() {
    return {
        {.name = "mixup",
         .help = "Each image is a weighted mean of two of the batch, and so is its label. Beside cutmix each batch gets one of "
                 "the two.",
         .source = "Zhang et al., mixup, ICLR 2018",
         .parameters = mixParameters(0.8)},
        nullptr,
        mixUp};
}

Augmentation cutmixAugmentation() {
    return {
        {.name = "cutmix",
         .help = "A rectangle of each image is that of another of the batch; the label is mixed by area. Beside mixup each batch "
                 "gets one of the two.",
         .source = "Yun et al., CutMix, ICCV 2019",
         .parameters = mixParameters(1.0)},
        nullptr,
        cutMix};
}

Augmentation repeatedAugmentation() {
    return {{.name = "repeated",
             .help = "Each image comes several times in a row, differently augmented; an epoch has as many fewer images.",
             .source = "Hoffer et al., Augment your batch, CVPR 2020",
             .parameters = {integerParameter("times", 3, 2, 16, "How often.", "times")}},
            nullptr,
            nullptr};
}

}  // namespace gaplab
