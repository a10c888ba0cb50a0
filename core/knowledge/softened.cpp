#include "core/knowledge/softened.h"

#include <limits>

#include <fmt/format.h>

#include "core/base/error.h"

namespace gaplab {

at::Tensor divergence(const at::Tensor& logP, const at::Tensor& logQ) {
    return (logP.exp() * (logP - logQ)).sum(1);
}

at::Tensor softenedDivergence(const at::Tensor& teacher, const at::Tensor& student, double temperature) {
    return divergence(at::log_softmax(teacher.detach() / temperature, 1), at::log_softmax(student / temperature, 1)) *
           (temperature * temperature);
}

at::Tensor isTarget(const at::Tensor& labels, int64_t classes) {
    return labels.unsqueeze(1) == at::arange(classes, labels.options());
}

at::Tensor logOfOthers(const at::Tensor& logits, const at::Tensor& target) {
    const at::Tensor others = logits.masked_fill(target, -std::numeric_limits<double>::infinity());
    return at::log_softmax(others, 1).masked_fill(target, 0);
}

void requireOthers(const std::string& loss, int64_t classes) {
    if (classes != 1 && classes != 2) return;
    throw inputError(fmt::format("The loss {} compares how the classes other than the label share their probability, but with {} "
                                 "classes there are not two of them",
                                 loss, classes),
                     "Choose another loss, such as kd, or data with three classes or more.");
}

}  // namespace gaplab
