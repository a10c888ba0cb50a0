#pragma once

#include <vector>

#include <torch/types.h>

#include "core/train/optimizer.h"
#include "core/train/roles.h"

namespace gaplab {

/// Makes an optimiser step count less, or not at all, for the values that belong to a teacher alone: all of a network of its own;
/// of a teacher that grew out of the student what lies outside the student's block. Make one right before the step.
class PartialUpdate {
public:
    /// `first`: place of the teacher's parameters among those of the optimiser.
    PartialUpdate(const Role& teacher, size_t first, const Optimizer& optimizer);

    /// After the step: values = before + share * (after - before). Where `waits` (a scalar on the device, may be undefined) is
    /// not 0, values and the optimiser's state stay as before.
    void finish(double share, const at::Tensor& waits) const;

private:
    struct Tensors {
        at::Tensor live, before;
        std::vector<int64_t> shared;  ///< the student's block, from the first element of each axis; empty: nothing is shared
        bool isState = false;
    };
    std::vector<Tensors> tensors_;
};

}  // namespace gaplab
