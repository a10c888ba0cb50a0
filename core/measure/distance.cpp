#include <cmath>

#include "core/measure/members.h"
#include "core/measure/switokd.h"

namespace gaplab {

SwitokdDistances switokdDistances(const at::Tensor& teacher, const at::Tensor& student, const at::Tensor& labels) {
    const at::Tensor p = teacher.softmax(1), q = student.softmax(1);
    // ||p - onehot(y)||_1 = 2 (1 - p_y)
    const auto toLabel = [&](const at::Tensor& probability) {
        return 2 * (1 - probability.gather(1, labels.unsqueeze(1)).squeeze(1)).mean();
    };
    const at::Tensor gap = (p - q).abs().sum(1).mean(), s = toLabel(q), t = toLabel(p);
    return {gap, s, t, s - at::exp(-t / (s + t)) * t};
}

namespace {

NamedValues ofPair(const PairLogits& pair) {
    const SwitokdDistances found = switokdDistances(pair.teacher.to(at::kDouble), pair.student.to(at::kDouble), pair.labels);
    return {{"l1", found.gap.item<double>()}, {"switokd_delta", found.delta.item<double>()}};
}

}  // namespace

MeasureEntry distanceMeasure() {
    return {.member = {.name = "distance",
                       .help = "Mean L1 distance between the two distributions, and the threshold above which SwitOKD lets the "
                               "teacher wait",
                       .source = "Qian et al., Switchable Online Knowledge Distillation, ECCV 2022"},
            .ofPair = ofPair};
}

}  // namespace gaplab
