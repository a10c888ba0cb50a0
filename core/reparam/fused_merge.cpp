#include "core/reparam/fused_merge.h"

#include <array>
#include <atomic>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>

#include "core/nn/student_part.h"
#include "core/reparam/merge_kernels.h"
#include "core/reparam/merge_rows.h"

namespace gaplab {
namespace {

using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

#ifdef GAPLAB_KERNELS
constexpr bool kernelsCompiled = true;
#else
constexpr bool kernelsCompiled = false;
#endif

/// Under autocast the product of branch 3 is taken in bfloat16 from so many channels on; below it is too short to be worth it.
constexpr int64_t channelsWorthCasting = 256;

/// On a GPU off unless asked for: on an H200 layers of more than 32 input channels ended in an illegal memory access. The reason
/// is gone (see merge_kernels.cu), but no card has run the kernels since.
bool wantedOnGpu() {
    static const bool wanted = [] {
        const char* wish = std::getenv("GAPLAB_CUDA_FUSED");
        return wish && std::string_view(wish) == "1";
    }();
    return wanted;
}

std::atomic<MergeBy>& choice() {
    static std::atomic<MergeBy> chosen = MergeBy::Best;
    return chosen;
}

/// Rows of a kernel that lies channels last, [out 3 3, in]: no copy.
at::Tensor rowsOf(const at::Tensor& kernel) {
    return kernel.as_strided({kernel.size(0) * merge::area, kernel.size(1)}, {kernel.stride(3), 1}, kernel.storage_offset());
}

bool hasRows(const at::Tensor& kernel) {
    return (kernel.size(1) == 1 || kernel.stride(1) == 1) && kernel.stride(0) == merge::area * kernel.stride(3);
}

/// [o, i, 1, 1] as [o, i]
at::Tensor flatOf(const at::Tensor& values) {
    return values.select(3, 0).select(2, 0);
}

merge::Values spatial(const at::Tensor& kernel) {  // [o, i, 3, 3]
    return {kernel.data_ptr<float>(), kernel.stride(0), kernel.stride(1), kernel.stride(3)};
}
merge::Values pointwise(const at::Tensor& values) {  // [o, i, 1, 1]
    return {values.data_ptr<float>(), values.stride(0), values.stride(1), 0};
}
merge::Values ofRows(const at::Tensor& rows) {  // [o 3 3, i]
    return {rows.data_ptr<float>(), merge::area * rows.size(1), 1, rows.size(1)};
}
merge::Values ofPoints(const at::Tensor& values) {  // [o, 8 i, 1, 1]
    return {values.data_ptr<float>(), values.stride(0), merge::filters * values.stride(1), values.stride(1)};
}
merge::Values ofDepth(const at::Tensor& values) {  // [8 i, 1, 3, 3], as [filter, i, area]
    return {values.data_ptr<float>(), values.stride(0), merge::filters * values.stride(0), values.stride(3)};
}

merge::Values ofScales(const at::Tensor& scales) {  // [branch, o]
    return {scales.data_ptr<float>(), scales.stride(0), scales.stride(1), 0};
}

/// The blocks that a view sees of what is stored.
MergeTensors blocksOf(const MergeTensors& stored, const MergePlan& plan, View view) {
    const auto block = [view](const at::Tensor& tensor, const Layout& layout) {
        return tensor.defined() && view == View::Student ? studentBlock(tensor, layout) : tensor;
    };
    return {.weight = block(stored.weight, plan.kernel),
            .average = block(stored.average, plan.kernel),
            .frequency = block(stored.frequency, plan.kernel),
            .mix = block(stored.mix, plan.mix),
            .mixed = block(stored.mixed, plan.kernel),
            .second = block(stored.second, plan.kernel),
            .depth = block(stored.depth, plan.depth),
            .point = block(stored.point, plan.kernel),
            .scales = block(stored.scales, plan.scales),
            .filter = block(stored.filter, plan.outputs),
            .identity = block(stored.identity, plan.mix)};
}

merge::Parts partsOf(const MergeTensors& blocks, const at::Tensor& product, const MergePlan& plan, View view) {
    const auto divisor = [view](const Layout& layout) { return view == View::Student ? layout.divisor : 1.0; };
    const double kernel = plan.factor * divisor(plan.kernel);
    const std::array<double, merge::mostBranches> factors = {
        kernel, kernel / merge::area, kernel, kernel * divisor(plan.mix), kernel, kernel * divisor(plan.depth)};
    merge::Parts parts{.out = blocks.weight.size(0), .in = blocks.weight.size(1), .branches = plan.branches};
    for (size_t m = 0; m < factors.size(); ++m)
        parts.factor[m] = static_cast<float>(factors[m]);
    parts.weight = spatial(blocks.weight);
    if (blocks.average.defined()) parts.average = pointwise(blocks.average);
    if (blocks.frequency.defined()) {
        parts.frequency = pointwise(blocks.frequency);
        parts.filter = {blocks.filter.data_ptr<float>(), blocks.filter.stride(0), 0, blocks.filter.stride(2)};
    }
    if (product.defined()) parts.product = ofRows(product);
    if (blocks.second.defined()) parts.second = spatial(blocks.second);
    if (blocks.depth.defined()) {
        parts.point = ofPoints(blocks.point);
        parts.depth = ofDepth(blocks.depth);
    }
    parts.scales = ofScales(blocks.scales);
    return parts;
}

class WithoutAutocast {
public:
    explicit WithoutAutocast(at::Device device)
        : guard_(at::autocast::get_autocast_dispatch_key_from_device_type(device.type())) {}

private:
    c10::impl::ExcludeDispatchKeyGuard guard_;
};

/// out [+]= a b
void multiplyInto(at::Tensor out, const at::Tensor& a, const at::Tensor& b, bool adds, bool low) {
    if (!low) {
        at::addmm_out(out, out, a, b, adds ? 1 : 0);
        return;
    }
    const at::Tensor product = at::mm(a.to(at::kBFloat16), b.to(at::kBFloat16));
    if (adds)
        out.add_(product);
    else
        out.copy_(product);
}

/// Outputs a thread takes at least.
constexpr int64_t outputsWorthAThread = 8;

void onProcessor(const merge::Parts& parts, const merge::Values& merged) {
    if (mergeBy() != MergeBy::Arithmetic && merge::haveRows(parts)) {
        const std::vector<float> filters = merge::filtersByChannel(parts);
        at::parallel_for(0, parts.out, outputsWorthAThread,
                         [&](int64_t from, int64_t until) { merge::mergeRows(parts, filters.data(), merged, from, until); });
        return;
    }
    for (int64_t o = 0; o < parts.out; ++o)
        for (int64_t i = 0; i < parts.in; ++i)
            merge::mergeOne(parts, {parts.depth}, merged, o, i);
}

void differentiateRows(const merge::Parts& parts, const merge::Gradients& to) {
    const std::vector<float> filters = merge::filtersByChannel(parts);
    // Each thread sums for itself what its outputs give to the filters.
    std::vector<std::vector<float>> sums(static_cast<size_t>(at::get_num_threads()));
    at::parallel_for(0, parts.out, outputsWorthAThread, [&](int64_t from, int64_t until) {
        std::vector<float>& own = sums[static_cast<size_t>(at::get_thread_num())];
        own.resize(filters.size());
        merge::differentiateRows(parts, filters.data(), to, from, until, own.data());
    });
    if (parts.branches <= 5 || !to.depth.values.data) return;
    for (int e = 0; e < merge::filters; ++e)
        for (int64_t i = 0; i < parts.in; ++i)
            for (int k = 0; k < merge::area; ++k) {
                float sum = 0;
                for (const std::vector<float>& own : sums)
                    if (!own.empty()) sum += own[static_cast<size_t>((e * merge::area + k) * parts.in + i)];
                to.depth.put(e, i, k, sum);
            }
}

void onProcessor(const merge::Parts& parts, const merge::Gradients& to) {
    if (mergeBy() != MergeBy::Arithmetic && merge::haveRows(parts) && merge::haveRows(to)) return differentiateRows(parts, to);
    for (int64_t o = 0; o < parts.out; ++o) {
        float scales[merge::mostBranches] = {};
        for (int64_t i = 0; i < parts.in; ++i)
            merge::differentiateOne(parts, {parts.depth}, to, o, i, scales);
        for (int m = 0; m < parts.branches; ++m)
            merge::putScale(parts, to, m, o, scales[m]);
    }
    if (parts.branches <= 5) return;
    for (int64_t i = 0; i < parts.in; ++i)
        for (int e = 0; e < merge::filters; ++e) {
            float sums[merge::area] = {};
            merge::differentiateDepth(parts, to, e, i, 0, 1, sums);
            for (int k = 0; k < merge::area; ++k)
                to.depth.put(e, i, k, sums[k]);
        }
}

#ifdef GAPLAB_KERNELS
void* currentStream(at::Device device) {
    return c10::impl::VirtualGuardImpl(device.type()).getStream(device).native_handle();
}
void requireStarted(int error) {
    TORCH_CHECK(error == 0, "a kernel that merges branches did not start: CUDA error ", error);
}
#endif

template <class Work>
void carryOut(at::Device device, const merge::Parts& parts, const Work& work) {
#ifdef GAPLAB_KERNELS
    if (device.is_cuda()) {
        if constexpr (std::is_same_v<Work, merge::Values>)
            return requireStarted(merge::mergeOnDevice(parts, work, currentStream(device)));
        else
            return requireStarted(merge::differentiateOnDevice(parts, work, currentStream(device)));
    }
#endif
    TORCH_INTERNAL_ASSERT(device.is_cpu());
    onProcessor(parts, work);
}

/// In the order of the backward node's outputs.
enum Parameter : size_t { Weight, Average, Frequency, Mix, Mixed, Second, Depth, Point, ScalesOf };

std::array<at::Tensor, 9> parametersOf(const MergeTensors& tensors) {
    return {tensors.weight, tensors.average, tensors.frequency, tensors.mix,   tensors.mixed,
            tensors.second, tensors.depth,   tensors.point,     tensors.scales};
}

class MergeBackward final : public torch::autograd::Node {
public:
    MergeBackward(const MergeTensors& stored, MergePlan plan, View view, at::Tensor product, at::Tensor mix, bool low)
        : filter_(stored.filter),
          identity_(stored.identity),
          product_(std::move(product)),
          mix_(std::move(mix)),
          plan_(std::move(plan)),
          view_(view),
          low_(low) {
        for (const at::Tensor& parameter : parametersOf(stored)) {
            stored_.emplace_back(parameter, false);
            add_next_edge(parameter.defined() ? torch::autograd::impl::gradient_edge(parameter) : torch::autograd::Edge());
        }
    }

    variable_list apply(variable_list&& gradients) override;

    void release_variables() override {
        for (SavedVariable& variable : stored_)
            variable.reset_data();
        product_.reset();
        mix_.reset();
    }
    std::string name() const override { return "MergeBackward"; }

private:
    MergeTensors unpacked() {
        const auto at = [&](size_t i) { return stored_[i].unpack(shared_from_this()); };
        return {.weight = at(0),
                .average = at(1),
                .frequency = at(2),
                .mix = at(3),
                .mixed = at(4),
                .second = at(5),
                .depth = at(6),
                .point = at(7),
                .scales = at(8),
                .filter = filter_,
                .identity = identity_};
    }

    std::vector<SavedVariable> stored_;
    at::Tensor filter_, identity_, product_, mix_;
    MergePlan plan_;
    View view_;
    bool low_;
};

/// Where the gradients of the stored tensors go, and the blocks of them that this view writes.
class Places {
public:
    Places(const MergeTensors& stored, const MergePlan& plan, View view) {
        const std::array<at::Tensor, 9> parameters = parametersOf(stored);
        const std::array<const Layout*, 9> layouts = {&plan.kernel, &plan.kernel, &plan.kernel, &plan.mix,   &plan.kernel,
                                                      &plan.kernel, &plan.depth,  &plan.kernel, &plan.scales};
        for (size_t i = 0; i < parameters.size(); ++i) {
            if (!parameters[i].defined() || !parameters[i].requires_grad()) continue;
            if (plan.mixedApart && (i == Mix || i == Mixed)) continue;
            const bool whole = view == View::Teacher || layouts[i]->copies == Layout().copies;
            places_[i] = gradientPlace(parameters[i], whole);
            blocks_[i] = whole ? places_[i].tensor : studentBlock(places_[i].tensor, *layouts[i]);
        }
    }

    const at::Tensor& block(size_t parameter) const { return blocks_[parameter]; }
    /// The gradient so far is there already.
    bool keeps(size_t parameter) const { return places_[parameter].adds; }

    template <class Describe>
    merge::Target target(size_t parameter, const Describe& describe) const {
        if (!blocks_[parameter].defined()) return {};
        return {describe(blocks_[parameter]), keeps(parameter)};
    }

    variable_list toHandOn() const {
        variable_list gradients(places_.size());
        for (size_t i = 0; i < places_.size(); ++i)
            if (places_[i].fresh) gradients[i] = places_[i].tensor;
        return gradients;
    }

private:
    std::array<GradientPlace, 9> places_;
    std::array<at::Tensor, 9> blocks_;
};

variable_list MergeBackward::apply(variable_list&& gradients) {
    if (!gradients.front().defined()) return variable_list(stored_.size());
    at::Tensor merged = std::move(gradients.front());
    gradients.clear();
    const at::NoGradGuard noGradient;
    const WithoutAutocast full(merged.device());
    if (merged.scalar_type() != at::kFloat || merged.stride(2) != 3 * merged.stride(3) ||
        (merged.is_cpu() && merged.stride(1) != 1))
        merged = merged.to(at::kFloat).contiguous(at::MemoryFormat::ChannelsLast);
    const MergeTensors stored = unpacked(), blocks = blocksOf(stored, plan_, view_);
    const merge::Parts parts = partsOf(blocks, product_, plan_, view_);
    const Places places(stored, plan_, view_);
    const bool mixing = product_.defined() && (places.block(Mix).defined() || places.block(Mixed).defined());
    const at::Tensor ofProduct = mixing ? at::empty_like(product_) : at::Tensor();
    carryOut(merged.device(), parts,
             merge::Gradients{.merged = spatial(merged),
                              .weight = places.target(Weight, spatial),
                              .second = places.target(Second, spatial),
                              .product = mixing ? merge::Target{ofRows(ofProduct), false} : merge::Target{},
                              .average = places.target(Average, pointwise),
                              .frequency = places.target(Frequency, pointwise),
                              .point = places.target(Point, ofPoints),
                              .depth = places.target(Depth, ofDepth),
                              .scales = places.target(ScalesOf, ofScales)});
    if (!mixing) return places.toHandOn();
    if (const at::Tensor& mixed = places.block(Mixed); mixed.defined())
        multiplyInto(rowsOf(mixed), ofProduct, mix_.t(), places.keeps(Mixed), low_);
    if (const at::Tensor& mix = places.block(Mix); mix.defined())
        multiplyInto(flatOf(mix), rowsOf(blocks.mixed).t(), ofProduct, places.keeps(Mix), low_);
    return places.toHandOn();
}

bool isDense3x3(const at::Tensor& kernel) {
    return kernel.size(2) == 3 && kernel.size(3) == 3 && kernel.stride(2) == 3 * kernel.stride(3);
}

}  // namespace

MergeBy mergeBy() {
    return choice();
}

void setMergeBy(MergeBy by) {
    choice() = by;
}

bool canFuse(const MergeTensors& tensors) {
    const at::Tensor& weight = tensors.weight;
    if (weight.is_meta() || mergeBy() == MergeBy::ATen) return false;
    const bool onGpu =
        kernelsCompiled && weight.is_cuda() && (mergeBy() == MergeBy::Kernels || (mergeBy() == MergeBy::Best && wantedOnGpu()));
    const bool wanted = weight.is_cpu() || onGpu;
    if (!wanted || weight.scalar_type() != at::kFloat || !isDense3x3(weight)) return false;
    for (const at::Tensor* kernel : {&tensors.mixed, &tensors.second, &tensors.depth})
        if (kernel->defined() && !isDense3x3(*kernel)) return false;
    return !tensors.mixed.defined() || hasRows(tensors.mixed);
}

at::Tensor fusedMerge(const MergeTensors& tensors, const MergePlan& plan, View view) {
    at::Tensor merged, product, mix;
    bool low = false;
    {
        const at::NoGradGuard noGradient;
        const at::Device device = tensors.weight.device();
        low = at::autocast::is_autocast_enabled(device.type()) && tensors.weight.size(1) >= channelsWorthCasting;
        const WithoutAutocast full(device);
        const MergeTensors blocks = blocksOf(tensors, plan, view);
        if (plan.branches > 3 && !plan.mixedApart) {
            mix = flatOf(blocks.mix) + flatOf(blocks.identity);
            const at::Tensor rows = rowsOf(blocks.mixed);
            product = at::empty({rows.size(0), rows.size(1)}, rows.options());
            multiplyInto(product, rows, mix, false, low);
        }
        merged = at::empty(blocks.weight.sizes(), blocks.weight.options(), at::MemoryFormat::ChannelsLast);
        carryOut(device, partsOf(blocks, product, plan, view), spatial(merged));
    }
    bool differentiable = false;
    for (const at::Tensor& parameter : parametersOf(tensors))
        differentiable |= parameter.defined() && parameter.requires_grad();
    if (!differentiable || !at::GradMode::is_enabled()) return merged;
    torch::autograd::create_gradient_edge(
        merged, std::make_shared<MergeBackward>(tensors, plan, view, std::move(product), std::move(mix), low));
    return merged;
}

}  // namespace gaplab
