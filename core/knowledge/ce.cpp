#include <ATen/ops/cross_entropy_loss.h>

#include "core/knowledge/members.h"

namespace gaplab {
namespace {

/// -log q_y, or -sum_c y_c log q_c for soft labels; with smoothing e: against (1 - e) y + e / K.
class CrossEntropy : public PerSampleLoss {
public:
    explicit CrossEntropy(double smoothing) : smoothing_(smoothing) {}

    at::Tensor perSample(const Outputs*, const Outputs& to, const Batch& batch) const override {
        const at::Tensor target = batch.softLabels.defined() ? batch.softLabels.to(to.logits.scalar_type()) : batch.labels;
        return at::cross_entropy_loss(to.logits, target, {}, at::Reduction::None, -100, smoothing_);
    }

private:
    double smoothing_;
};

}  // namespace

LossEntry ceLoss() {
    return {
        {.name = "ce",
         .help = "Cross-entropy with the labels; q is the student's softmax, t the label as a distribution over the C classes "
                 "(mixed where images are), s is training.label_smoothing",
         .source = "standard",
         .facts = {{"formula", "− Σ_c [(1 − s) t_c + s / C] log q_c"}}},
        [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<CrossEntropy>(plan.labelSmoothing); },
        LossKind::Labels};
}

}  // namespace gaplab
