#include "core/measure/members.h"

namespace gaplab {
namespace {

constexpr int64_t bins = 15;  // of equal width (Guo et al. 2017)

/// Sum over the bins of |hits - confidence| / N. Both [N].
double calibrationError(const at::Tensor& confidence, const at::Tensor& hits) {
    const at::Tensor bin = (confidence * bins).floor().to(at::kLong).clamp(0, bins - 1);
    const at::Tensor difference = at::zeros({bins}, confidence.options()).index_add_(0, bin, hits.to(at::kDouble) - confidence);
    return difference.abs().sum().item<double>() / static_cast<double>(confidence.size(0));
}

NamedValues ofNetwork(const at::Tensor& logits, const at::Tensor& labels) {
    const at::Tensor p = probabilities(logits);
    const auto [confidence, said] = p.max(1);
    const at::Tensor truth = at::zeros_like(p).scatter_(1, labels.unsqueeze(1), 1.0);
    double classwise = 0;
    for (int64_t c = 0; c < p.size(1); ++c)
        classwise += calibrationError(p.select(1, c), truth.select(1, c)) / static_cast<double>(p.size(1));
    return {{"ece", calibrationError(confidence, said.eq(labels))},
            {"classwise_ece", classwise},
            {"nll", -meanOf(p.gather(1, labels.unsqueeze(1)).clamp_min(1e-300).log())},
            {"brier", meanOf((p - truth).square().sum(1))}};
}

}  // namespace

MeasureEntry calibrationMeasure() {
    return {.member = {.name = "calibration",
                       .help = "Expected calibration error (15 bins; also the mean over the classes), negative log-likelihood "
                               "(nats) and Brier score; their gaps are student minus teacher",
                       .source = "Guo et al., On Calibration of Modern Neural Networks, ICML 2017"},
            .ofNetwork = ofNetwork};
}

}  // namespace gaplab
