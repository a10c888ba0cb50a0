#pragma once

#include <torch/types.h>

namespace gaplab {

/// Whether the teacher waits in this step: a boolean scalar on the logits' device. Logits [B, K], labels int64 [B].
/// Qian et al., Switchable Online Knowledge Distillation, ECCV 2022: where ||p_s - p_t||_1 > delta and the teacher is nearer to
/// the labels than the student.
at::Tensor teacherWaits(const at::Tensor& teacher, const at::Tensor& student, const at::Tensor& labels);

}  // namespace gaplab
