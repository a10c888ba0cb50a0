#include "core/base/random.h"
#include "core/data/augment/augmentation.h"
#include "core/data/augment/pixels.h"

namespace gaplab {
namespace {

/// 1 where `along` (a pixel coordinate) is less than `length` pixels behind the hole's begin: [B, extent].
at::Tensor inside(const at::Tensor& begins, int64_t length, int64_t extent) {
    const at::Tensor along = at::arange(extent, at::kLong);
    return (along >= begins).logical_and(along < begins + length);
}

/// A square hole around a random pixel, so it may reach over the edge, filled with the mean colour (0 once normalised, as in the
/// paper).
at::Tensor apply(const at::Tensor& images, const Json& options, const at::Tensor& colour, uint64_t seed) {
    const int64_t count = images.size(0), height = images.size(1), width = images.size(2);
    int64_t length = options.value("length", int64_t{0});
    if (length == 0) length = std::max<int64_t>(1, std::min(height, width) / 4);
    at::Tensor tops = at::empty({count, 1}, at::kLong), lefts = at::empty({count, 1}, at::kLong);
    Random random(seed);
    for (int64_t i = 0; i < count; ++i) {
        tops.mutable_data_ptr<int64_t>()[i] = random.below(height) - length / 2;
        lefts.mutable_data_ptr<int64_t>()[i] = random.below(width) - length / 2;
    }
    const at::Tensor holes = inside(tops, length, height).unsqueeze(2).logical_and(inside(lefts, length, width).unsqueeze(1));
    return at::where(onto(images.device(), holes.unsqueeze(3)), colour, images);
}

}  // namespace

Augmentation cutoutAugmentation() {
    return {
        {.name = "cutout",
         .help = "Covers a random square with the mean colour.",
         .source = "DeVries and Taylor, Improved Regularization of Convolutional Neural Networks with Cutout, 2017",
         .parameters = {integerParameter("length", 0, 0, 2048, "Side of the square; 0: a quarter of the image's.", "pixels")}},
        apply};
}

}  // namespace gaplab
