#include "core/measure/members.h"

namespace gaplab {
namespace {

/// Share of the images that each class is said of, [K].
at::Tensor sharesOf(const at::Tensor& classes, int64_t count) {
    return at::bincount(classes, {}, count).to(at::kDouble) / static_cast<double>(classes.size(0));
}

NamedValues ofPair(const PairLogits& pair) {
    const at::Tensor teacher = pair.teacher.argmax(1), student = pair.student.argmax(1);
    const double agreement = meanOf(teacher.eq(student));
    const int64_t classes = pair.teacher.size(1);
    const double chance = (sharesOf(teacher, classes) * sharesOf(student, classes)).sum().item<double>();
    return {{"agreement", agreement}, {"kappa", chance < 1 ? (agreement - chance) / (1 - chance) : 1.0}};
}

}  // namespace

MeasureEntry agreementMeasure() {
    return {.member = {.name = "agreement",
                       .help = "Share of images on which both name the same class (fidelity); kappa: the same beyond chance",
                       .source = "Stanton et al. 2021; Cohen 1960"},
            .ofPair = ofPair};
}

}  // namespace gaplab
