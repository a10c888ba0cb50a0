#include "core/measure/members.h"

namespace gaplab {
namespace {

/// Mean of `what` over the images where `where` holds; 0 where there are none.
double shareWhere(const at::Tensor& what, const at::Tensor& where) {
    const double count = where.sum().item<double>();
    return count > 0 ? what.logical_and(where).sum().item<double>() / count : 0.0;
}

NamedValues ofPair(const PairLogits& pair) {
    const at::Tensor teacher = pair.teacher.argmax(1), student = pair.student.argmax(1), right = teacher.eq(pair.labels);
    return {{"positive_transfer", shareWhere(student.eq(pair.labels), right)},
            {"negative_transfer", shareWhere(student.eq(teacher), right.logical_not())}};
}

}  // namespace

MeasureEntry overlapMeasure() {
    return {
        .member = {.name = "overlap",
                   .help = "How often the student is right where the teacher is (positive transfer), and how often it repeats "
                           "the teacher's class where that is wrong (negative transfer)"},
        .ofPair = ofPair};
}

}  // namespace gaplab
