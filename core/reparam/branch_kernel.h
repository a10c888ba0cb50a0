#pragma once

#include <memory>
#include <string>

#include "core/nn/layers/viewed.h"
#include "core/reparam/fused_merge.h"

namespace gaplab {

inline constexpr int mostBranches = 6;

/// What a branch of the reparameterization block is called, by its number 0 to 5.
const char* branchName(int branch);

/// The kernel of a k x k convolution made of up to six branches that merge before the convolution (Hu et al., Online
/// convolutional re-parameterization, CVPR 2022, as changed by Guo et al. 2024). The sum over the branches m of scale[m, o] *
/// B_m[o, i, h, w]:
///   0  NAME.weight [out, in / g, k, k], as it is
///   1  NAME.average [out, in / g, 1, 1] before a k x k average
///   2  NAME.frequency [out, in / g, 1, 1] before the fixed filter NAME.filter [out, k, k]
///   3  the identity plus NAME.mix [in, in / g, 1, 1] before NAME.mixed [out, in / g, k, k]
///   4  NAME.second [out, in / g, k, k], as it is
///   5  NAME.depth [8 in, 1, k, k], eight filters an input channel, before NAME.point [out, 8 in / g, 1, 1]
/// and NAME.scales [M, out]. The student's kernel is made of the student's parts of these tensors, the teacher's of the whole.
class BranchKernel final : public Kernel {
public:
    /// branches: 1 to 6. `oneHot`: branch 0 starts with scale 1, the others with 0, so that the kernel is NAME.weight; else with
    /// the published scales. NAME.weight starts as that of a plain convolution, the others uniform by fan in (He et al., a = 0).
    BranchKernel(Network& network, const std::string& name, const KernelGeometry& geometry, int branches, bool oneHot);

    at::Tensor of(const Pass& pass) const override;
    /// Branch 3 stays by itself where there are few positions and many channels: making its kernel takes 9 in^2 out products, its
    /// two convolutions (in + 9 out) in of them a position.
    std::optional<Apart> apart(const Pass& pass, int64_t positions) const override;

private:
    MergePlan planOfFusing(View view, bool mixedApart) const;
    at::Tensor kernelOf(const Pass& pass, bool mixedApart) const;
    MergeTensors stored(const State& state) const;
    at::Tensor merged(const Pass& pass, bool mixedApart) const;
    at::Tensor mixedBranch(const Pass& pass, int64_t groups) const;
    at::Tensor depthBranch(const Pass& pass, int64_t groups) const;
    int64_t mergeMacs(const Pass& pass) const;
    double teacherFactor(View view) const { return view == View::Teacher ? geometry_.layout.teacherFactor : 1.0; }

    KernelGeometry geometry_;
    int branches_;
    int copies_;  ///< of the groups of a grouped convolution, else 1
    Viewed weight_, average_, frequency_, filter_, mix_, identity_, mixed_, second_, depth_, point_, scales_;
};

}  // namespace gaplab
