#pragma once

#include <torch/types.h>

namespace gaplab {

/// The quantities of SwitOKD's rule, means over the batch, scalars on the logits' device (Qian et al. 2022, section 3): gap
/// G = ||p_s - p_t||_1, s = ||p_s - y||_1, t = ||p_t - y||_1, threshold delta = s - exp(-t / (s + t)) t. The teacher waits where
/// G > delta and t < s.
struct SwitokdDistances {
    at::Tensor gap, student, teacher, delta;
};

/// Logits [B, K] of both, labels int64 [B].
SwitokdDistances switokdDistances(const at::Tensor& teacher, const at::Tensor& student, const at::Tensor& labels);

}  // namespace gaplab
