#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/data/augment/augmentation.h"
#include "core/data/augment/fused.h"
#include "core/data/augment/pixels.h"
#include "core/data/dataset.h"

namespace gaplab {
namespace {

const Augmentation& findAugmentation(const Json& entry) {
    const std::string name = entry.at("kind").get<std::string>();
    const auto found = std::ranges::find(augmentations(), name, [](const Augmentation& member) { return member.member.name; });
    if (found == augmentations().end()) throw inputError(fmt::format("There is no augmentation \"{}\"", name));
    return *found;
}

/// One value a channel as a tensor of a whole image, [1, C, H, W] with the channels last in memory: arithmetic with it then runs
/// over long rows instead of over three channels at a time.
at::Tensor spread(const std::vector<float>& values, const Dataset& dataset, at::Device device) {
    const at::Tensor channels = at::tensor(values, at::kFloat).view({1, -1, 1, 1});
    return channels.expand({1, dataset.channels(), dataset.height(), dataset.width()})
        .to(device)
        .contiguous(at::MemoryFormat::ChannelsLast);
}

/// uint8 [B, H, W, C], contiguous
at::Tensor gatherRows(const at::Tensor& images, const at::Tensor& rows) {
    return images.index_select(0, onto(images.device(), rows)).permute({0, 2, 3, 1}).contiguous();
}

}  // namespace

BatchMaker::BatchMaker(const Dataset& dataset, const std::vector<Json>& augment, at::Device device)
    : dataset_(dataset), augment_(augment), device_(device) {
    for (const Json& entry : augment_)
        findAugmentation(entry);
    mean_ = spread(dataset.mean, dataset, device) * 255;
    std::vector<float> scale;
    std::ranges::transform(dataset.deviation, std::back_inserter(scale),
                           [](float deviation) { return 1.0F / (255.0F * deviation); });
    scale_ = spread(scale, dataset, device);
    colour_ = (at::tensor(dataset.mean, at::kFloat) * 255).round().to(at::kByte).to(device);
    const auto copied = [&](const ImageSet& set) {
        const at::Tensor images = set.images.to(device);
        return ImageSet{device.is_cuda() ? images.contiguous() : images, set.labels.to(device),
                        set.groups.defined() ? set.groups.to(device) : set.groups};
    };
    train_ = copied(dataset.train);
    test_ = copied(dataset.test);
}

at::Tensor BatchMaker::trainingImages(const at::Tensor& rows, uint64_t seed) const {
    const at::NoGradGuard noGradient;
    if (hasImageKernels(device_) && rows.is_cpu())
        if (const std::optional<Moves> moves = movesOf(augment_))
            return movedImages(train_.images, drawPlaces(*moves, rows, seed), mean_, scale_);
    at::Tensor images = gatherRows(train_.images, rows);
    uint64_t position = 0;
    for (const Json& entry : augment_) {
        const Augmentation& augmentation = findAugmentation(entry);
        if (!augmentation.apply) continue;
        images = augmentation.apply(images, entry, colour_, deriveSeed(seed, augmentation.member.name, position++));
    }
    return normalise(images);
}

TrainingBatch BatchMaker::trainingBatch(const at::Tensor& rows, uint64_t seed) const {
    TrainingBatch batch{trainingImages(rows, seed), labels(dataset_.train, rows), {}, groups(dataset_.train, rows)};
    mix(batch, seed);
    return batch;
}

/// Of several ways to mix, each batch gets one, all being equally likely.
void BatchMaker::mix(TrainingBatch& batch, uint64_t seed) const {
    std::vector<const Json*> ways;
    for (const Json& entry : augment_)
        if (findAugmentation(entry).mix) ways.push_back(&entry);
    if (ways.empty()) return;
    const at::NoGradGuard noGradient;
    const auto way = Random(deriveSeed(seed, "way to mix")).below(static_cast<int64_t>(ways.size()));
    const Json& entry = *ways[static_cast<size_t>(way)];
    const Augmentation& augmentation = findAugmentation(entry);
    const Mixture mixture = augmentation.mix(batch.images, entry, deriveSeed(seed, augmentation.member.name));
    if (mixture.share == 1) return;
    batch.images = mixture.images;
    const at::Tensor partner = batch.labels.flip(0);
    const auto oneHot = [&](const at::Tensor& of) {
        return at::one_hot(of, static_cast<int64_t>(dataset_.classes.size())).to(at::kFloat);
    };
    batch.softLabels = oneHot(batch.labels) * mixture.share + oneHot(partner) * (1 - mixture.share);
    if (mixture.share >= 0.5) return;
    batch.labels = partner;
    if (batch.groups.defined()) batch.groups = batch.groups.flip(0);
}

int64_t BatchMaker::repeats() const {
    for (const Json& entry : augment_)
        if (entry.at("kind") == "repeated") return entry.value("times", int64_t{3});
    return 1;
}

at::Tensor BatchMaker::evaluationImages(const ImageSet& set, const at::Tensor& rows) const {
    const at::NoGradGuard noGradient;
    if (hasImageKernels(device_) && rows.is_cpu())
        return movedImages(onDevice(set).images, drawPlaces({}, rows, 0), mean_, scale_);
    return normalise(gatherRows(onDevice(set).images, rows));
}

at::Tensor BatchMaker::labels(const ImageSet& set, const at::Tensor& rows) const {
    const at::Tensor& all = onDevice(set).labels;
    return all.index_select(0, onto(all.device(), rows));
}

at::Tensor BatchMaker::groups(const ImageSet& set, const at::Tensor& rows) const {
    const at::Tensor& all = onDevice(set).groups;
    return all.defined() ? all.index_select(0, onto(all.device(), rows)) : all;
}

at::Tensor BatchMaker::normalise(const at::Tensor& images) const {
    return images.permute({0, 3, 1, 2}).to(at::kFloat).sub_(mean_).mul_(scale_);
}

const ImageSet& BatchMaker::onDevice(const ImageSet& set) const {
    return &set == &dataset_.test ? test_ : train_;
}

}  // namespace gaplab
