#include "core/nn/layers/stateless.h"

namespace gaplab {

at::Tensor reluInPlace(at::Tensor features, const Pass& pass) {
    countKept(pass, features);
    return features.relu_();
}

at::Tensor reluOfStage(const at::Tensor& features, const Pass& pass, Outputs& outputs) {
    if (pass.profile) pass.profile->stageShapes.push_back(features.sizes().slice(1).vec());
    if (!pass.taps) return reluInPlace(features, pass);
    outputs.stages.push_back(features);
    countKept(pass, features);
    return features.relu();
}

at::Tensor maxPoolByTwo(const at::Tensor& features, const Pass& pass) {
    at::Tensor result = at::max_pool2d(features, 2);
    countKept(pass, result);
    return result;
}

at::Tensor globalAverage(const at::Tensor& features) {
    return features.mean({2, 3});
}

void countMacs(const Pass& pass, const at::Tensor& result, int64_t each) {
    if (pass.profile) pass.profile->macs += result.numel() / result.size(0) * each;
}

void countKept(const Pass& pass, const at::Tensor& result) {
    if (pass.profile) pass.profile->activationBytes += result.numel() / result.size(0) * static_cast<int64_t>(sizeof(float));
}

}  // namespace gaplab
