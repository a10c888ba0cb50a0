#pragma once

#include <functional>

#include "core/knowledge/loss.h"
#include "tests/reparam/support.h"

namespace gaplab {

struct StepOptions {
    double kappa = 3;  ///< weight of what the dynamic teacher tells the student
    bool teacher = true, student = true;
    bool joint = false;  ///< one backward pass for both losses
};

using Forward = std::function<at::Tensor(View)>;

/// Gradients of one step of gap preserving distillation without a static teacher, into the leaves.
inline void accumulateGradients(const Forward& forward, const at::Tensor& labels, const StepOptions& options = {}) {
    const auto ce = makeLoss("ce"), smoothed = makeLoss("smoothed_ce");
    const Batch batch{{}, labels, {}};
    at::Tensor first, second;
    const Outputs teacher{.logits = forward(View::Teacher), .stages = {}, .pooled = {}};
    if (options.teacher) first = (*ce)(nullptr, teacher, batch);
    if (options.teacher && !options.joint) first.backward();
    if (options.student) {
        const Outputs student{.logits = forward(View::Student), .stages = {}, .pooled = {}};
        const Outputs told{.logits = teacher.logits.detach(), .stages = {}, .pooled = {}};
        second = (*ce)(nullptr, student, batch) + options.kappa * (*smoothed)(&told, student, batch);
        if (!options.joint) second.backward();
    }
    if (options.joint) (first + second).backward();
}

inline void clearGradients(const std::vector<at::Tensor>& leaves) {
    for (const at::Tensor& leaf : leaves)
        leaf.mutable_grad() = at::Tensor();
}

/// Plain descent with momentum 0.9.
class Descent {
public:
    explicit Descent(std::vector<at::Tensor> leaves) : leaves_(std::move(leaves)) {
        for (const at::Tensor& leaf : leaves_)
            velocity_.push_back(at::zeros_like(leaf.detach()));
    }
    void step(double rate) {
        const at::NoGradGuard noGradient;
        for (size_t i = 0; i < leaves_.size(); ++i) {
            if (!leaves_[i].grad().defined()) continue;
            velocity_[i].mul_(0.9).add_(leaves_[i].grad());
            leaves_[i].sub_(velocity_[i] * rate);
        }
    }

private:
    std::vector<at::Tensor> leaves_, velocity_;
};

/// So many steps of an elastic model on one batch.
inline void train(const Model& model, const at::Tensor& images, const at::Tensor& labels, int steps, double rate,
                  const StepOptions& options = {}) {
    Descent descent(model.state.parameters);
    const Forward forward = [&](View view) {
        return model.network->forward(images, {.state = model.state, .view = view, .training = true}).logits;
    };
    for (int i = 0; i < steps; ++i) {
        clearGradients(model.state.parameters);
        accumulateGradients(forward, labels, options);
        descent.step(rate);
    }
}

}  // namespace gaplab
