#include "core/train/steps/feedback.h"

#include <algorithm>

#include <ATen/ops/cross_entropy_loss.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/base/random.h"

namespace gaplab {

at::Tensor feedbackCost(const at::Tensor& cost, const at::Tensor& logits, const at::Tensor& gain) {
    return cost + gain.detach().to(logits.scalar_type()) * at::cross_entropy_loss(logits, logits.detach().argmax(1));
}

Feedback::Feedback(const Dataset& dataset, const BatchMaker& batches, const Teacher& teacher, int64_t batch, uint64_t seed)
    : dataset_(dataset),
      batches_(batches),
      clip_(teacher.parameters.at("clip")),
      memory_(teacher.parameters.at("memory")),
      batch_(std::min(batch, std::ssize(dataset.feedbackIndices))),
      seed_(seed),
      rows_(at::tensor(dataset.feedbackIndices, at::kLong)),
      mean_(at::zeros({}, at::kDouble)) {}

at::Tensor Feedback::loss(const Role& student, int64_t step) const {
    const at::NoGradGuard noGradient;
    // Each pass over the images in another order.
    const int64_t beats = std::max<int64_t>(1, rows_.size(0) / batch_);
    const std::vector<int64_t> order =
        permutation(rows_.size(0), deriveSeed(seed_, "feedback", static_cast<uint64_t>(step / beats)));
    const at::Tensor chosen =
        rows_.index_select(0, at::tensor(order, at::kLong).slice(0, step % beats * batch_, (step % beats + 1) * batch_));
    const Outputs said = student.forward(batches_.evaluationImages(dataset_.train, chosen), false, false);
    return at::cross_entropy_loss(said.logits.to(at::promote_types(said.logits.scalar_type(), at::kFloat)),
                                  batches_.labels(dataset_.train, chosen))
        .to(at::kDouble);
}

void Feedback::teach(const PendingTeacher& teacher, const at::Tensor& before, const at::Tensor& after) {
    const at::Tensor gained = before - after;
    mean_ = mean_.to(gained.device());
    gain_ = (gained - mean_).clamp(-clip_, clip_);
    mean_ = memory_ * mean_ + (1 - memory_) * gained;
    torch::autograd::backward({feedbackCost(teacher.cost, teacher.logits, gain_)}, {});
}

}  // namespace gaplab
