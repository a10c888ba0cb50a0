#include <ATen/ops/xlogy.h>

#include "core/measure/members.h"

namespace gaplab {
namespace {

/// KL(p || q) averaged over the rows, nats.
double divergence(const at::Tensor& p, const at::Tensor& q) {
    return meanOf((at::xlogy(p, p) - p * q.clamp_min(1e-300).log()).sum(1));
}

/// Each row with mean 0 and deviation 1 (Sun et al. 2024: sample deviation, 1e-7 added).
at::Tensor standardised(const at::Tensor& logits) {
    const at::Tensor wide = logits.to(at::kDouble);
    return (wide - wide.mean(1, true)) / (wide.std(1, true, true) + 1e-7);
}

NamedValues ofPair(const PairLogits& pair) {
    const auto between = [](const at::Tensor& teacher, const at::Tensor& student, double temperature) {
        return divergence(probabilities(teacher, temperature), probabilities(student, temperature));
    };
    const at::Tensor p = probabilities(pair.teacher), q = probabilities(pair.student), middle = (p + q) / 2;
    return {{"kl", divergence(p, q)},
            {"kl_temperature", between(pair.teacher, pair.student, pair.temperature)},
            {"kl_standardised", between(standardised(pair.teacher), standardised(pair.student), 1)},
            {"js", (divergence(p, middle) + divergence(q, middle)) / 2}};
}

}  // namespace

MeasureEntry divergenceMeasure() {
    return {.member = {.name = "divergence",
                       .help = "KL(teacher || student) at temperature 1, at that of the training and of standardised logits; the "
                               "Jensen-Shannon divergence as the symmetric form (nats)"},
            .ofPair = ofPair};
}

}  // namespace gaplab
