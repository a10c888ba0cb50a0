#include "core/nn/layers/stateless.h"

namespace gaplab {
namespace {

// Channels lie last in memory: rearranged as the last axis they stay so.

/// [B, copies C, H, W] as [B, H, W, copies, C]
at::Tensor byCopy(const at::Tensor& features, int64_t copies) {
    return features.permute({0, 2, 3, 1}).unflatten(3, {copies, features.size(1) / copies});
}

/// [B, H, W, copies, C] as [B, copies C, H, W]
at::Tensor joined(const at::Tensor& split) {
    return split.flatten(3).permute({0, 3, 1, 2});
}

}  // namespace

at::Tensor reluInPlace(at::Tensor features, const Pass& pass) {
    countKept(pass, features);
    return features.relu_();
}

at::Tensor relu6InPlace(at::Tensor features, const Pass& pass) {
    countKept(pass, features);
    return at::hardtanh_(features, 0, 6);
}

at::Tensor relu6OfStage(const at::Tensor& features, const Pass& pass, Outputs& outputs) {
    tapStage(features, pass, outputs);
    if (!pass.taps) return relu6InPlace(features, pass);
    countKept(pass, features);
    return features.is_meta() ? features : at::hardtanh(features, 0, 6);
}

at::Tensor gelu(const at::Tensor& features, const Pass& pass) {
    countKept(pass, features);
    return at::gelu(features);
}

void tapStage(const at::Tensor& features, const Pass& pass, Outputs& outputs) {
    if (pass.profile) pass.profile->stageShapes.push_back(features.sizes().slice(1).vec());
    if (pass.taps) outputs.stages.push_back(features);
}

at::Tensor reluOfStage(const at::Tensor& features, const Pass& pass, Outputs& outputs) {
    tapStage(features, pass, outputs);
    if (!pass.taps) return reluInPlace(features, pass);
    countKept(pass, features);
    return features.is_meta() ? features : features.relu();  // there is no meta kernel in C++
}

at::Tensor maxPoolByTwo(const at::Tensor& features, const Pass& pass) {
    at::Tensor result = at::max_pool2d(features, 2);
    countKept(pass, result);
    return result;
}

at::Tensor maxPoolOverlapping(const at::Tensor& features, const Pass& pass) {
    at::Tensor result = at::max_pool2d(features, 3, 2, 1);
    countKept(pass, result);
    return result;
}

at::Tensor globalAverage(const at::Tensor& features) {
    return features.mean({2, 3});
}

int64_t copiesIn(const Network& network, const Pass& pass) {
    return pass.view == View::Teacher ? network.expansion() : 1;
}

at::Tensor concatenateChannels(const std::vector<at::Tensor>& parts, int64_t copies) {
    std::vector<at::Tensor> split;
    for (const at::Tensor& part : parts)
        split.push_back(byCopy(part, copies));
    return joined(at::cat(split, 4));
}

std::pair<at::Tensor, at::Tensor> halveChannels(const at::Tensor& features, int64_t copies) {
    const int64_t half = features.size(1) / copies / 2;
    if (copies == 1) return {features.narrow(1, 0, half), features.narrow(1, half, half)};
    const at::Tensor split = byCopy(features, copies);
    return {joined(split.narrow(4, 0, half)), joined(split.narrow(4, half, half))};
}

at::Tensor shuffleChannels(const at::Tensor& features, int64_t groups, int64_t copies) {
    const at::Tensor split = byCopy(features, copies);
    return joined(split.unflatten(4, {groups, split.size(4) / groups}).transpose(4, 5).flatten(4));
}

void countMacs(const Pass& pass, const at::Tensor& result, int64_t each) {
    if (pass.profile) pass.profile->macs += result.numel() / result.size(0) * each;
}

void countKept(const Pass& pass, const at::Tensor& result) {
    if (pass.profile) pass.profile->activationBytes += result.numel() / result.size(0) * static_cast<int64_t>(sizeof(float));
}

}  // namespace gaplab
