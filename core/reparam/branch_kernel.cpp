#include "core/reparam/branch_kernel.h"

#include <array>
#include <cmath>
#include <numbers>

namespace gaplab {
namespace {

constexpr std::array<double, mostBranches> publishedScales = {0.25, 0.25, 0.0, 0.5, 0.05, 0.5};
constexpr int64_t depthFilters = 8;  // an input channel

/// Kaiming uniform, a = 0: bound sqrt(6 / fan in), the fan in being the product of all but the first axis.
Initial heUniform(const std::vector<int64_t>& shape) {
    int64_t fanIn = 1;
    for (size_t axis = 1; axis < shape.size(); ++axis)
        fanIn *= shape[axis];
    return Initial::uniform(std::sqrt(6.0 / static_cast<double>(fanIn)));
}

/// [out, k, k]: cosines over the rows for the first half of the outputs, over the columns for the second; as published, with the
/// period of a 3 x 3 kernel.
at::Tensor frequencyFilter(int64_t out, int64_t size) {
    at::Tensor filter = at::empty({out, size, size}, at::kFloat);
    auto values = filter.accessor<float, 3>();
    const int64_t half = out / 2;
    for (int64_t o = 0; o < out; ++o) {
        const int64_t number = o < half ? o + 1 : o + 1 - half;
        for (int64_t h = 0; h < size; ++h)
            for (int64_t w = 0; w < size; ++w)
                values[o][h][w] = static_cast<float>(
                    std::cos(std::numbers::pi * (static_cast<double>(o < half ? h : w) + 0.5) * static_cast<double>(number) / 3));
    }
    return filter;
}

/// [in, in / groups, 1, 1]: each group's identity.
at::Tensor groupIdentity(int64_t in, int64_t groups) {
    return at::eye(in / groups).repeat({groups, 1}).view({in, in / groups, 1, 1});
}

at::Tensor startingScales(int branches, int64_t out, bool oneHot) {
    at::Tensor scales = at::zeros({branches, out});
    if (oneHot)
        scales[0].fill_(1);
    else
        for (int m = 0; m < branches; ++m)
            scales[m].fill_(publishedScales.at(static_cast<size_t>(m)));
    return scales;
}

/// The layout of a kernel's tensors, with the factor of the teacher's pass left to the merged kernel.
Layout withoutTeacherFactor(Layout layout) {
    layout.teacherFactor = 1;
    return layout;
}

}  // namespace

const char* branchName(int branch) {
    constexpr std::array names = {"original", "average", "frequency", "1x1 then kxk", "second kxk", "depthwise then pointwise"};
    return names.at(static_cast<size_t>(branch));
}

BranchKernel::BranchKernel(Network& network, const std::string& name, const KernelGeometry& geometry, int branches, bool oneHot)
    : Kernel(network.newKernelId()),
      geometry_(geometry),
      branches_(branches),
      copies_(geometry.groups > 1 ? network.expansion() : 1) {
    const int64_t in = geometry.in, out = geometry.out, perGroup = in / geometry.groups, size = geometry.size;
    const bool grouped = geometry.groups > 1;
    const Layout kernel = withoutTeacherFactor(geometry.layout);
    // What is indexed by the input channels alone: copied and divided as the input is.
    const int inputCopies = grouped ? network.expansion() : geometry.layout.copies[1];
    const Layout mix = grouped ? kernel
                               : Layout{.copies = {inputCopies, inputCopies, 1},
                                        .divisor = inputCopies > 1 ? static_cast<double>(network.storage()) : 1.0,
                                        .inputAxis = geometry.layout.inputAxis};
    const Layout depth{.copies = {inputCopies, 1, 1}};
    const Layout outputs{.copies = {geometry.layout.copies[0], 1, 1}};

    const auto tensor = [&](const char* part, std::vector<int64_t> shape, const Layout& layout) {
        const Initial initial = heUniform(shape);
        return Viewed::parameter(network, name + "." + part, std::move(shape), ParameterRole::Kernel, initial, layout);
    };
    weight_ = Viewed::parameter(network, name + ".weight", {out, perGroup, size, size}, ParameterRole::Kernel,
                                heNormal(out, size, geometry.groups), kernel);
    if (branches > 1) average_ = tensor("average", {out, perGroup, 1, 1}, kernel);
    if (branches > 2) {
        frequency_ = tensor("frequency", {out, perGroup, 1, 1}, kernel);
        filter_ = Viewed::buffer(network, name + ".filter", {out, size, size}, Initial::of(frequencyFilter(out, size)), outputs);
    }
    if (branches > 3) {
        mix_ = Viewed::parameter(network, name + ".mix", {in, perGroup, 1, 1}, ParameterRole::Kernel, Initial::constant(0), mix);
        identity_ = Viewed::buffer(network, name + ".identity", {in, perGroup, 1, 1},
                                   Initial::of(groupIdentity(in, geometry.groups)), mix);
        mixed_ = tensor("mixed", {out, perGroup, size, size}, kernel);
    }
    if (branches > 4) second_ = tensor("second", {out, perGroup, size, size}, kernel);
    if (branches > 5) {
        depth_ = tensor("depth", {depthFilters * in, 1, size, size}, depth);
        point_ = tensor("point", {out, depthFilters * perGroup, 1, 1}, kernel);
    }
    scales_ = Viewed::parameter(network, name + ".scales", {branches, out}, ParameterRole::BranchScale,
                                Initial::of(startingScales(branches, out, oneHot)),
                                Layout{.copies = {1, geometry.layout.copies[0], 1}});
}

MergeTensors BranchKernel::stored(const State& state) const {
    return {.weight = weight_.stored(state),
            .average = branches_ > 1 ? average_.stored(state) : at::Tensor(),
            .frequency = branches_ > 2 ? frequency_.stored(state) : at::Tensor(),
            .mix = branches_ > 3 ? mix_.stored(state) : at::Tensor(),
            .mixed = branches_ > 3 ? mixed_.stored(state) : at::Tensor(),
            .second = branches_ > 4 ? second_.stored(state) : at::Tensor(),
            .depth = branches_ > 5 ? depth_.stored(state) : at::Tensor(),
            .point = branches_ > 5 ? point_.stored(state) : at::Tensor(),
            .scales = scales_.stored(state),
            .filter = branches_ > 2 ? filter_.stored(state) : at::Tensor(),
            .identity = branches_ > 3 ? identity_.stored(state) : at::Tensor()};
}

MergePlan BranchKernel::planOfFusing(View view, bool mixedApart) const {
    return {.branches = branches_,
            .kernel = weight_.layout(),
            .mix = mix_.layout(),
            .depth = depth_.layout(),
            .outputs = filter_.layout(),
            .scales = scales_.layout(),
            .factor = teacherFactor(view),
            .mixedApart = mixedApart};
}

at::Tensor BranchKernel::of(const Pass& pass) const {
    if (pass.profile) pass.profile->mergeMacs += mergeMacs(pass);
    return kernelOf(pass, false);
}

at::Tensor BranchKernel::kernelOf(const Pass& pass, bool mixedApart) const {
    if (geometry_.groups == 1)
        if (const MergeTensors tensors = stored(pass.state); canFuse(tensors))
            return fusedMerge(tensors, planOfFusing(pass.view, mixedApart), pass.view);
    const at::Tensor kernel = merged(pass, mixedApart);
    const double factor = teacherFactor(pass.view);
    return factor == 1 ? kernel : kernel * factor;
}

std::optional<Kernel::Apart> BranchKernel::apart(const Pass& pass, int64_t positions) const {
    if (branches_ <= 3 || geometry_.groups > 1 || mergeBy() == MergeBy::ATen || !weight_.stored(pass.state).is_cpu()) return {};
    const bool teacher = pass.view == View::Teacher;
    const int64_t out = geometry_.out * (teacher ? geometry_.layout.copies[0] : 1);
    const int64_t in = geometry_.in * (teacher ? geometry_.layout.copies[1] : 1);
    const int64_t area = geometry_.size * geometry_.size, inputs = positions * geometry_.stride * geometry_.stride;
    if (inputs * in * in + positions * area * in * out >= area * in * in * out) return {};
    const double factor = teacherFactor(pass.view);
    const at::Tensor scale = scales_.of(pass)[3].view({-1, 1, 1});
    return Apart{.kernel = kernelOf(pass, true),
                 .before = mix_.of(pass) + identity_.of(pass),
                 .after = mixed_.of(pass),
                 .scale = factor == 1 ? scale : scale * factor};
}

at::Tensor BranchKernel::merged(const Pass& pass, bool mixedApart) const {
    const at::Tensor weight = weight_.of(pass);
    if (weight.is_meta()) return at::empty_like(weight);
    const at::Tensor scales = scales_.of(pass).unsqueeze(-1).unsqueeze(-1).unsqueeze(-1);  // [M, out, 1, 1, 1]
    const auto area = static_cast<double>(geometry_.size * geometry_.size);
    const int64_t groups = pass.view == View::Teacher ? geometry_.groups * copies_ : geometry_.groups;
    at::Tensor kernel = weight * scales[0];
    if (branches_ > 4) kernel = kernel + second_.of(pass) * scales[4];
    if (branches_ > 3 && !mixedApart) kernel = kernel + mixedBranch(pass, groups) * scales[3];
    if (branches_ > 5) kernel = kernel + depthBranch(pass, groups) * scales[5];
    if (branches_ > 1) kernel = kernel + average_.of(pass) * (scales[1] / area);
    if (branches_ > 2) kernel = kernel + frequency_.of(pass) * (filter_.of(pass).unsqueeze(1) * scales[2]);
    return kernel;
}

/// sum over t of K[o, t, h, w] (Q + I)[t, i], t and i within the group of o.
at::Tensor BranchKernel::mixedBranch(const Pass& pass, int64_t groups) const {
    const at::Tensor kernel = mixed_.of(pass);
    const at::Tensor mix = mix_.of(pass) + identity_.of(pass);
    const int64_t out = kernel.size(0), perGroup = kernel.size(1), size = geometry_.size;
    if (perGroup == 1) return kernel * mix.view({groups, 1, 1, 1}).repeat_interleave(out / groups, 0);
    // The channels of a kernel that lies channels last are its innermost axis: no copy is needed for the product.
    const at::Tensor rows = kernel.permute({0, 2, 3, 1}).reshape({groups, out / groups * size * size, perGroup});
    const at::Tensor product =
        groups == 1 ? at::mm(rows[0], mix.view({perGroup, perGroup})) : at::bmm(rows, mix.view({groups, perGroup, perGroup}));
    return product.view({out, size, size, perGroup}).permute({0, 3, 1, 2});
}

/// sum over e of p[o, 8 i + e] D[8 i' + e, h, w], i' being the input channel i of the group of o.
at::Tensor BranchKernel::depthBranch(const Pass& pass, int64_t groups) const {
    const at::Tensor point = point_.of(pass);
    const int64_t out = point.size(0), perGroup = point.size(1) / depthFilters, size = geometry_.size;
    const at::Tensor points = point.view({groups, out / groups, perGroup, depthFilters}).transpose(1, 2);
    const at::Tensor depths = depth_.of(pass).reshape({groups, perGroup, depthFilters, size * size});
    return at::matmul(points, depths).transpose(1, 2).reshape({out, perGroup, size, size});
}

/// Multiplications of the two products.
int64_t BranchKernel::mergeMacs(const Pass& pass) const {
    const bool teacher = pass.view == View::Teacher;
    const int64_t out = geometry_.out * (teacher ? geometry_.layout.copies[0] : 1);
    const int64_t perGroup = geometry_.in / geometry_.groups * (teacher && copies_ == 1 ? geometry_.layout.copies[1] : 1);
    const int64_t elements = out * perGroup * geometry_.size * geometry_.size;
    return (branches_ > 3 ? elements * perGroup : 0) + (branches_ > 5 ? elements * depthFilters : 0);
}

}  // namespace gaplab
