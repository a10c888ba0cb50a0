#include "core/data/augment/fused.h"

#include <cstdlib>
#include <string_view>

#include <c10/core/impl/VirtualGuardImpl.h>

#include "core/data/augment/augmentation.h"
#include "core/data/augment/draws.h"
#include "core/data/augment/image_arithmetic.h"
#include "core/data/augment/pixels.h"

namespace gaplab {
namespace {

bool isApplied(const std::string& name) {
    for (const Augmentation& augmentation : augmentations())
        if (augmentation.member.name == name) return augmentation.apply != nullptr;
    return true;
}

}  // namespace

std::optional<Moves> movesOf(const std::vector<Json>& augment) {
    Moves moves;
    uint64_t place = 0;
    bool cropped = false, flipped = false;
    for (const Json& entry : augment) {
        const std::string name = entry.at("kind");
        if (!isApplied(name)) continue;
        if (name == "crop" && !cropped && !flipped) {
            cropped = true;
            moves.padding = paddingOf(entry);
            moves.cropPlace = place;
        } else if (name == "flip" && !flipped) {
            flipped = true;
            moves.flips = flipProbabilityOf(entry);
            moves.flipPlace = place;
        } else {
            return {};
        }
        ++place;
    }
    return moves;
}

at::Tensor drawPlaces(const Moves& moves, const at::Tensor& rows, uint64_t seed) {
    static_assert(sizeof(images::Place) == 4 * sizeof(int32_t));
    const int64_t count = rows.size(0);
    at::Tensor places = at::zeros({count, 4}, at::kInt);
    const auto each = reinterpret_cast<images::Place*>(places.mutable_data_ptr<int32_t>());
    const auto row = rows.accessor<int64_t, 1>();
    for (int64_t i = 0; i < count; ++i)
        each[i].row = static_cast<int32_t>(row[i]);
    if (moves.padding > 0) {
        const std::vector<Corner> corners = drawCorners(count, moves.padding, deriveSeed(seed, "crop", moves.cropPlace));
        for (int64_t i = 0; i < count; ++i) {
            each[i].down = static_cast<int32_t>(corners[static_cast<size_t>(i)].y - moves.padding);
            each[i].right = static_cast<int32_t>(corners[static_cast<size_t>(i)].x - moves.padding);
        }
    }
    if (moves.flips > 0)
        for (const int64_t i : drawFlipped(count, moves.flips, deriveSeed(seed, "flip", moves.flipPlace)))
            each[i].mirrored = 1;
    return places;
}

bool hasImageKernels(at::Device device) {
#ifdef GAPLAB_KERNELS
    static const bool wanted = [] {
        const char* wish = std::getenv("GAPLAB_CUDA_FUSED");
        return !wish || std::string_view(wish) != "0";
    }();
    return device.is_cuda() && wanted;
#else
    (void)device;
    return false;
#endif
}

at::Tensor movedImages(const at::Tensor& bytes, const at::Tensor& places, const at::Tensor& mean, const at::Tensor& scale) {
    const at::Device device = bytes.device();
    const at::Tensor there = onto(device, places);
    at::Tensor made = at::empty({places.size(0), bytes.size(1), bytes.size(2), bytes.size(3)}, bytes.options().dtype(at::kFloat),
                                at::MemoryFormat::ChannelsLast);
    const images::Work work{.bytes = bytes.const_data_ptr<uint8_t>(),
                            .places = reinterpret_cast<const images::Place*>(there.const_data_ptr<int32_t>()),
                            .mean = mean.const_data_ptr<float>(),
                            .scale = scale.const_data_ptr<float>(),
                            .made = made.mutable_data_ptr<float>(),
                            .count = places.size(0),
                            .height = bytes.size(2),
                            .width = bytes.size(3),
                            .channels = bytes.size(1)};
#ifdef GAPLAB_KERNELS
    if (device.is_cuda()) {
        const int error =
            images::makeOnDevice(work, c10::impl::VirtualGuardImpl(device.type()).getStream(device).native_handle());
        TORCH_CHECK(error == 0, "the kernel that makes a batch did not start: CUDA error ", error);
        return made;
    }
#endif
    TORCH_INTERNAL_ASSERT(device.is_cpu());
    for (int64_t number = 0; number < made.numel(); ++number)
        images::makeOne(work, number);
    return made;
}

}  // namespace gaplab
