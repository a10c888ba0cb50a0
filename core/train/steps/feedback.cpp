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

/// The images of a step, which is asked for before it and after it; each pass over them in another order.
void Feedback::choose(int64_t step) {
    if (step == chosen_) return;
    const int64_t steps = std::max<int64_t>(1, rows_.size(0) / batch_), pass = step / steps;
    if (pass != pass_) {
        const uint64_t seed = deriveSeed(seed_, "feedback", static_cast<uint64_t>(pass));
        order_ = rows_.index_select(0, at::tensor(permutation(rows_.size(0), seed), at::kLong));
        pass_ = pass;
    }
    const at::Tensor rows = order_.slice(0, step % steps * batch_, (step % steps + 1) * batch_);
    images_ = batches_.evaluationImages(dataset_.train, rows);
    labels_ = batches_.labels(dataset_.train, rows);
    chosen_ = step;
}

at::Tensor Feedback::loss(const Role& student, int64_t step) {
    const at::NoGradGuard noGradient;
    choose(step);
    const at::Tensor logits = student.forward(images_, false, false).logits;
    return at::cross_entropy_loss(logits.to(at::promote_types(logits.scalar_type(), at::kFloat)), labels_).to(at::kDouble);
}

void Feedback::teach(const PendingTeacher& teacher, const at::Tensor& before, const at::Tensor& after) {
    const at::Tensor gained = before - after;
    mean_ = mean_.to(gained.device());
    gain_ = (gained - mean_).clamp(-clip_, clip_);
    mean_ = memory_ * mean_ + (1 - memory_) * gained;
    torch::autograd::backward({feedbackCost(teacher.cost, teacher.logits, gain_)}, {});
}

}  // namespace gaplab
