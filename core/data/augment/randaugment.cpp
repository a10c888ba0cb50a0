#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/data/augment/augmentation.h"
#include "core/data/augment/pixels.h"

namespace gaplab {
namespace {

/// One change to images float [B, H, W, C] with a strength 0 .. 1 and a sign, each [B].
struct Change {
    at::Tensor images, strength, sign, colour;
};

/// Maps of the result's coordinates onto the image's, from the six numbers of each.
at::Tensor mapped(const Change& change, const at::Tensor& xx, const at::Tensor& xy, const at::Tensor& x, const at::Tensor& yx,
                  const at::Tensor& yy, const at::Tensor& y) {
    const at::Tensor maps = at::stack({at::stack({xx, xy, x}, 1), at::stack({yx, yy, y}, 1)}, 1);
    return warped(change.images, maps, change.colour);
}

at::Tensor ones(const Change& change) {
    return at::ones_like(change.strength);
}
at::Tensor none(const Change& change) {
    return at::zeros_like(change.strength);
}

at::Tensor autoContrast(const Change& change) {
    const at::Tensor low = change.images.amin(at::IntArrayRef{1, 2}, true),
                     high = change.images.amax(at::IntArrayRef{1, 2}, true);
    const at::Tensor range = high - low;
    return at::where(range > 0, (change.images - low) * (255.0 / range.clamp_min(1)), change.images);
}

at::Tensor equalize(const Change& change) {
    const at::Tensor pixels = change.images.permute({0, 3, 1, 2}).flatten(2).round().clamp(0, 255).to(at::kLong);  // [B, C, N]
    at::Tensor histogram = at::zeros({pixels.size(0), pixels.size(1), 256}, change.images.options());
    histogram.scatter_add_(2, pixels, at::ones_like(pixels, change.images.options()));
    const at::Tensor cumulative = histogram.cumsum(2);
    const at::Tensor lowest = at::where(histogram > 0, cumulative, cumulative.new_full({}, 1e9)).amin(2, true);
    const at::Tensor spread = pixels.size(2) - lowest;
    const at::Tensor table = ((cumulative - lowest) * (255.0 / spread.clamp_min(1))).clamp(0, 255);
    const at::Tensor result =
        table.gather(2, pixels).view({pixels.size(0), pixels.size(1), change.images.size(1), change.images.size(2)});
    return at::where((spread > 0).unsqueeze(3), result, change.images.permute({0, 3, 1, 2})).permute({0, 2, 3, 1});
}

at::Tensor invert(const Change& change) {
    return 255 - change.images;
}

at::Tensor rotate(const Change& change) {
    const at::Tensor angle = change.sign * change.strength * (std::numbers::pi / 6);
    const double aspect = static_cast<double>(change.images.size(2)) / static_cast<double>(change.images.size(1));
    return mapped(change, angle.cos(), angle.sin() / aspect, none(change), -angle.sin() * aspect, angle.cos(), none(change));
}

/// Keeps 4 bits at the least strength, none at the greatest.
at::Tensor posterize(const Change& change) {
    const at::Tensor step = at::pow(2.0, 4 + (change.strength * 4).floor()).view({-1, 1, 1, 1});
    return (change.images.round() / step).floor() * step;
}

at::Tensor solarize(const Change& change) {
    const at::Tensor threshold = (256 * (1 - change.strength)).view({-1, 1, 1, 1});
    return at::where(change.images >= threshold, 255 - change.images, change.images);
}

at::Tensor solarizeAdd(const Change& change) {
    const at::Tensor added = (change.images + (110 * change.strength).view({-1, 1, 1, 1})).clamp_max(255);
    return at::where(change.images < 128, added, change.images);
}

at::Tensor factorOf(const Change& change) {
    return 1 + 0.9 * change.sign * change.strength;
}

at::Tensor colour(const Change& change) {
    return withSaturation(change.images, factorOf(change));
}
at::Tensor contrast(const Change& change) {
    return withContrast(change.images, factorOf(change));
}
at::Tensor brightness(const Change& change) {
    return withBrightness(change.images, factorOf(change));
}

/// Blends with a smoothed image, whose border stays.
at::Tensor sharpness(const Change& change) {
    const int64_t channels = change.images.size(3), padding = 0;
    at::Tensor smooth = at::ones({3, 3}, change.images.options());
    smooth[1][1] = 5;
    const at::Tensor kernel = (smooth / 13).expand({channels, 1, 3, 3});
    at::Tensor blurred = change.images.clone();
    const at::Tensor inner = at::conv2d(change.images.permute({0, 3, 1, 2}), kernel, at::Tensor(), 1, padding, 1, channels);
    blurred.slice(1, 1, -1).slice(2, 1, -1).copy_(inner.permute({0, 2, 3, 1}));
    return blend(change.images, blurred, factorOf(change)).clamp(0, 255);
}

at::Tensor shearX(const Change& change) {
    return mapped(change, ones(change), 0.3 * change.sign * change.strength, none(change), none(change), ones(change),
                  none(change));
}
at::Tensor shearY(const Change& change) {
    return mapped(change, ones(change), none(change), none(change), 0.3 * change.sign * change.strength, ones(change),
                  none(change));
}
at::Tensor translateX(const Change& change) {
    return mapped(change, ones(change), none(change), 0.9 * change.sign * change.strength, none(change), ones(change),
                  none(change));
}
at::Tensor translateY(const Change& change) {
    return mapped(change, ones(change), none(change), none(change), none(change), ones(change),
                  0.9 * change.sign * change.strength);
}

using Apply = at::Tensor (*)(const Change&);
constexpr std::array<Apply, 15> changes = {autoContrast, equalize,    invert, rotate,     posterize,
                                           solarize,     solarizeAdd, colour, contrast,   brightness,
                                           sharpness,    shearX,      shearY, translateX, translateY};

/// Changes the rows that have drawn this change.
void applyTo(at::Tensor& images, const std::vector<int64_t>& rows, Apply change, const Json& options, const at::Tensor& colour,
             Random& random) {
    if (rows.empty()) return;
    const auto count = static_cast<int64_t>(rows.size());
    const double magnitude = options.value("magnitude", 9.0), deviation = options.value("deviation", 0.5);
    const at::Tensor strength = drawEach(count, random, images.device(), [&](Random& r) {
        return std::clamp(magnitude + deviation * r.normal(), 0.0, 10.0) / 10;
    });
    const at::Tensor sign = drawEach(count, random, images.device(), [](Random& r) { return r.chance(0.5) ? 1.0 : -1.0; });
    const at::Tensor index = onto(images.device(), at::tensor(rows, at::kLong));
    images = images.index_copy(0, index, change({images.index_select(0, index), strength, sign, colour}).clamp(0, 255).round());
}

at::Tensor apply(const at::Tensor& bytes, const Json& options, const at::Tensor& colour, uint64_t seed) {
    Random random(seed);
    at::Tensor images = toFloat(bytes);
    const int64_t layers = options.value("layers", int64_t{2});
    for (int64_t layer = 0; layer < layers; ++layer) {
        std::array<std::vector<int64_t>, changes.size()> rows;
        for (int64_t i = 0; i < images.size(0); ++i) {
            const auto drawn = static_cast<size_t>(random.below(static_cast<int64_t>(changes.size())));
            if (random.chance(options.value("probability", 0.5))) rows[drawn].push_back(i);
        }
        for (size_t c = 0; c < changes.size(); ++c)
            applyTo(images, rows[c], changes[c], options, colour, random);
    }
    return toBytes(images);
}

}  // namespace

Augmentation randAugmentAugmentation() {
    return {{.name = "randaugment",
             .help = "Some of fifteen changes of shape and colour, drawn for each image, all of about one strength.",
             .source = "Cubuk et al., RandAugment, NeurIPS 2020; strengths that increase, as for vision transformers",
             .parameters = {integerParameter("layers", 2, 1, 8, "Changes drawn for each image."),
                            realParameter("magnitude", 9.0, 0.0, 10.0, "Strength of a change."),
                            realParameter("deviation", 0.5, 0.0, 10.0, "Deviation of the strength from image to image."),
                            realParameter("probability", 0.5, 0.0, 1.0, "Share of the drawn changes that are made.")}},
            apply};
}

}  // namespace gaplab
