#include <torch/types.h>

#include "core/knowledge/members.h"

namespace gaplab {
namespace {

/// Cross-entropy against (1 - e) p + e / K, p the teacher's softmax at temperature 1.
class SmoothedCrossEntropy : public PerSampleLoss {
public:
    explicit SmoothedCrossEntropy(double smoothing) : smoothing_(smoothing) {}

    at::Tensor perSample(const Outputs* from, const Outputs& to, const Batch&) const override {
        const at::Tensor teacher = at::softmax(from->logits.detach(), 1);
        const at::Tensor student = at::log_softmax(to.logits, 1);
        return -((1 - smoothing_) * (teacher * student).sum(1) + smoothing_ * student.mean(1));
    }

private:
    double smoothing_;
};

}  // namespace

LossEntry smoothedCeLoss() {
    Parameter smoothing = realParameter("smoothing", 0.1, 0.0, 0.99, "Share of the teacher's distribution spread evenly");
    smoothing.source = "Guo et al. 2024: 0.1";
    return {
        {.name = "smoothed_ce",
         .help =
             "Soft cross-entropy with the teacher's smoothed output, temperature 1: what a dynamic teacher gives its student; "
             "p and q are the softmax of teacher and student over C classes, s is the smoothing",
         .source = "Guo et al., Gap Preserving Distillation, ICLR 2025",
         .parameters = {smoothing},
         .facts = {{"formula", "− Σ_c [(1 − s) p_c + s / C] log q_c"}}},
        [](const LossPlan& plan) -> std::unique_ptr<Loss> {
            return std::make_unique<SmoothedCrossEntropy>(plan.parameters.value("smoothing", 0.1));
        }};
}

}  // namespace gaplab
