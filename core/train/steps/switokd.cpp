#include "core/train/steps/switokd.h"

#include "core/measure/switokd.h"

namespace gaplab {

at::Tensor teacherWaits(const at::Tensor& teacher, const at::Tensor& student, const at::Tensor& labels) {
    const at::NoGradGuard noGradient;
    const SwitokdDistances found = switokdDistances(teacher, student, labels);
    return (found.gap > found.delta).logical_and(found.teacher < found.student);
}

}  // namespace gaplab
