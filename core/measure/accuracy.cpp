#include <cmath>

#include "core/measure/members.h"

namespace gaplab {
namespace {

NamedValues ofPair(const PairLogits& pair) {
    const at::Tensor teacher = pair.teacher.argmax(1).eq(pair.labels), student = pair.student.argmax(1).eq(pair.labels);
    const double accuracy = meanOf(teacher), gap = accuracy - meanOf(student), apart = meanOf(teacher.ne(student));
    const double noise = 1.96 * std::sqrt(std::max(0.0, apart - gap * gap) / static_cast<double>(pair.labels.size(0)));
    return {{"relative", accuracy > 0 ? gap / accuracy : 0.0}, {"interval", noise}};
}

}  // namespace

MeasureEntry accuracyMeasure() {
    return {.member = {.name = "accuracy",
                       .help = "Top-1 accuracy and its gap, teacher minus student; relative: the gap as a share of the teacher's "
                               "accuracy; interval: half of the 95 % interval that sampling alone gives the gap (paired)"},
            .ofPair = ofPair};
}

}  // namespace gaplab
