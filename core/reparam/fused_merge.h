#pragma once

#include <torch/types.h>

#include "core/nn/network.h"

namespace gaplab {

/// The stored tensors of a dense BranchKernel, undefined where there are fewer branches, and what they count.
struct MergeTensors {
    at::Tensor weight, average, frequency, mix, mixed, second, depth, point, scales;  ///< parameters
    at::Tensor filter, identity;                                                      ///< buffers
};

struct MergePlan {
    int branches = 1;
    Layout kernel;            ///< of weight, average, frequency, mixed, second and point
    Layout mix;               ///< of mix and identity
    Layout depth, outputs;    ///< of depth; of filter, the outputs being the first axis
    Layout scales;            ///< of the scales, the outputs being the second axis
    double factor = 1;        ///< of the merged kernel in this view
    bool mixedApart = false;  ///< branch 3 is left out
};

/// What merges: one kernel a pass and layer in place of some thirty small operations, and one or two for the way back.
enum class MergeBy {
    Best,       ///< kernels, but on a GPU only where GAPLAB_CUDA_FUSED=1 in the environment asks for them
    Kernels,    ///< on a GPU, where they were compiled; else as Best
    ATen,       ///< always: the twin that everything is held against
    Arithmetic  ///< the arithmetic of the GPU's kernels, element by element on the processor: for tests
};
MergeBy mergeBy();
/// Best from the start.
void setMergeBy(MergeBy by);

/// Whether these tensors can be merged by fusedMerge: 3 x 3, float32, dense in memory, on the right device.
bool canFuse(const MergeTensors& tensors);
/// The merged kernel [out, in, 3, 3], channels last, float32. Differentiable once.
at::Tensor fusedMerge(const MergeTensors& tensors, const MergePlan& plan, View view);

}  // namespace gaplab
