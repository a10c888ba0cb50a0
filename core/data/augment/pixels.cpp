#include "core/data/augment/pixels.h"

#include <ATen/ops/affine_grid_generator.h>
#include <ATen/ops/grid_sampler.h>

namespace gaplab {
namespace {

at::Tensor wide(const at::Tensor& each) {
    return each.view({-1, 1, 1, 1});
}

}  // namespace

at::Tensor onto(at::Device device, const at::Tensor& values) {
    if (!device.is_cuda() || values.is_cuda()) return values.to(device);
    return values.pin_memory().to(device, /*non_blocking=*/true);
}

at::Tensor toFloat(const at::Tensor& bytes) {
    return bytes.to(at::kFloat);
}

at::Tensor toBytes(const at::Tensor& values) {
    return values.round().clamp_(0, 255).to(at::kByte).contiguous();
}

at::Tensor drawEach(int64_t count, Random& random, at::Device device, const std::function<double(Random&)>& draw) {
    at::Tensor values = at::empty({count}, at::kFloat);
    for (int64_t i = 0; i < count; ++i)
        values.mutable_data_ptr<float>()[i] = static_cast<float>(draw(random));
    return onto(device, values);
}

at::Tensor blend(const at::Tensor& a, const at::Tensor& b, const at::Tensor& factor) {
    return b + (a - b) * wide(factor);
}

at::Tensor luminance(const at::Tensor& images) {
    if (images.size(3) != 3) return images.mean(3, /*keepdim=*/true);
    return images.select(3, 0).mul(0.299).add(images.select(3, 1), 0.587).add(images.select(3, 2), 0.114).unsqueeze(3);
}

at::Tensor withBrightness(const at::Tensor& images, const at::Tensor& factor) {
    return (images * wide(factor)).clamp_(0, 255);
}

at::Tensor withContrast(const at::Tensor& images, const at::Tensor& factor) {
    return blend(images, luminance(images).mean({1, 2, 3}, /*keepdim=*/true), factor).clamp_(0, 255);
}

at::Tensor withSaturation(const at::Tensor& images, const at::Tensor& factor) {
    return blend(images, luminance(images), factor).clamp_(0, 255);
}

at::Tensor withHue(const at::Tensor& images, const at::Tensor& turn) {
    if (images.size(3) != 3) return images;
    const at::Tensor red = images.select(3, 0), green = images.select(3, 1), blue = images.select(3, 2);
    const at::Tensor value = images.amax(3), chroma = value - images.amin(3);
    const at::Tensor safe = at::where(chroma > 0, chroma, at::ones({}, chroma.options()));
    const at::Tensor sixth = at::where(value == red, (green - blue) / safe,
                                       at::where(value == green, (blue - red) / safe + 2, (red - green) / safe + 4));
    const at::Tensor hue = at::remainder(sixth + turn.view({-1, 1, 1}) * 6, 6);
    // A channel is the value less the part of the chroma that its distance in hue leaves.
    const auto channel = [&](double offset) {
        const at::Tensor k = at::remainder(hue + offset, 6);
        return value - chroma * at::minimum(k, 4 - k).clamp(0, 1);
    };
    return at::stack({channel(5), channel(3), channel(1)}, 3);
}

at::Tensor warped(const at::Tensor& images, const at::Tensor& maps, const at::Tensor& colour) {
    const at::Tensor background = colour.defined() ? colour.to(at::kFloat) : at::zeros({1}, images.options());
    const at::Tensor channelsFirst = (images - background).permute({0, 3, 1, 2});
    const at::Tensor grid = at::affine_grid_generator(maps, {images.size(0), images.size(3), images.size(1), images.size(2)},
                                                      /*align_corners=*/false);
    const int64_t bilinear = 0, zeros = 0, border = 1;
    return at::grid_sampler(channelsFirst, grid, bilinear, colour.defined() ? zeros : border, /*align_corners=*/false)
               .permute({0, 2, 3, 1}) +
           background;
}

}  // namespace gaplab
