#include <ATen/ops/cross_entropy_loss.h>

#include "core/knowledge/members.h"

namespace gaplab {
namespace {

/// -log q_y; with smoothing e: against (1 - e) onehot(y) + e / K.
class CrossEntropy : public Loss {
public:
    explicit CrossEntropy(double smoothing) : smoothing_(smoothing) {}

    at::Tensor perSample(const Outputs*, const Outputs& to, const Batch& batch) const override {
        return at::cross_entropy_loss(to.logits, batch.labels, {}, at::Reduction::None, -100, smoothing_);
    }

private:
    double smoothing_;
};

}  // namespace

LossEntry ceLoss() {
    return {{.name = "ce", .help = "Cross-entropy with the labels (training.label_smoothing applies)", .source = "standard"},
            [](const Json&, double smoothing) -> std::unique_ptr<Loss> { return std::make_unique<CrossEntropy>(smoothing); }};
}

}  // namespace gaplab
