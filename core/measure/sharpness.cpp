#include <ATen/ops/xlogy.h>

#include "core/measure/members.h"

namespace gaplab {
namespace {

NamedValues ofNetwork(const at::Tensor& logits, const at::Tensor& labels) {
    const at::Tensor p = probabilities(logits);
    const double entropy = -meanOf(at::xlogy(p, p).sum(1));
    if (p.size(1) < 3) return {{"entropy", entropy}};  // a single wrong class does not vary
    // Variance over the K - 1 wrong classes of each image.
    const double wrongCount = static_cast<double>(p.size(1) - 1);
    const at::Tensor right = p.gather(1, labels.unsqueeze(1)).squeeze(1);
    const at::Tensor mean = (1 - right) / wrongCount;
    const at::Tensor variance = (p.square().sum(1) - right.square()) / wrongCount - mean.square();
    return {{"entropy", entropy}, {"wrong_variance", meanOf(variance.clamp_min(0))}};
}

}  // namespace

MeasureEntry sharpnessMeasure() {
    return {.member = {.name = "sharpness",
                       .help = "Mean entropy of the distributions (nats), and the variance of the wrong classes' probabilities, "
                               "which shrinks as teachers grow; their gaps are student minus teacher",
                       .source = "Li et al., Asymmetric Temperature Scaling, NeurIPS 2022"},
            .ofNetwork = ofNetwork};
}

}  // namespace gaplab
