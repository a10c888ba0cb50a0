#include "core/reparam/reparam.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/base/random.h"
#include "core/nn/layers/batch_norm.h"
#include "core/reparam/branch_kernel.h"

namespace gaplab {
namespace {

/// The published transformer code leaves wider convolutions as they are.
constexpr int64_t transformerLimit = 700;

/// Why a convolution keeps its single kernel; empty: it is eligible.
std::string obstacle(const KernelGeometry& geometry) {
    if (geometry.size != 3) return fmt::format("its kernel is {0} x {0}, not 3 x 3", geometry.size);
    if (geometry.stride != 1) return fmt::format("its stride is {}", geometry.stride);
    if (geometry.padding != 1) return fmt::format("its padding is {}", geometry.padding);
    if (geometry.transformer && geometry.out >= transformerLimit)
        return fmt::format("it has {} channels; in a transformer only convolutions of fewer than {} get branches", geometry.out,
                           transformerLimit);
    return {};
}

const std::string notChosen = "it is not among the layers chosen";

bool isChosen(const std::string& name, const std::vector<std::string>& layers) {
    return layers.empty() || std::ranges::any_of(layers, [&](const std::string& layer) { return name.starts_with(layer); });
}

void requireOptions(const ExpandOptions& options) {
    if (options.ratio < 1 || options.ratio > greatestRatio)
        throw inputError(
            fmt::format("A dynamic teacher can be 1 to {} times as wide as its student, not {}", greatestRatio, options.ratio));
    if (options.branches < 1 || options.branches > mostBranches)
        throw inputError(fmt::format("A convolution can have 1 to {} branches, not {}", mostBranches, options.branches));
}

void requireNames(const std::vector<std::string>& layers, const std::vector<BranchedLayer>& found) {
    for (const std::string& layer : layers) {
        if (std::ranges::any_of(found, [&](const BranchedLayer& f) { return f.branched && f.name.starts_with(layer); })) continue;
        std::vector<std::string> eligible;
        for (const BranchedLayer& f : found) {
            if (f.name.starts_with(layer)) throw inputError(fmt::format("layers: {} cannot get branches, {}", f.name, f.reason));
            if (f.branched || f.reason == notChosen) eligible.push_back(f.name);
        }
        throw inputError(fmt::format("layers: no convolution is called \"{}\"", layer),
                         "Those that can get branches: " + join(eligible) + ".");
    }
}

/// Called for every value of a state with its slot.
template <class Visit>
void forEachSlot(const Network& network, const Visit& visit) {
    for (const TensorSlot& slot : network.parameters())
        visit(slot, true);
    for (const TensorSlot& slot : network.buffers())
        visit(slot, false);
}

std::map<std::string, at::Tensor> namedValues(const Network& network, const State& state) {
    std::map<std::string, at::Tensor> values;
    for (size_t i = 0; i < state.parameters.size(); ++i)
        values[network.parameters()[i].name] = state.parameters[i].detach();
    for (size_t i = 0; i < state.buffers.size(); ++i)
        values[network.buffers()[i].name] = state.buffers[i];
    return values;
}

at::Tensor copiedStatistics(const std::string& name, const std::map<std::string, at::Tensor>& values, int ratio) {
    const auto source = values.find(studentStatistics(name));
    return source == values.end() ? at::Tensor() : source->second.repeat({ratio});
}

/// Independent normal draws: one a row of the stored tensor, one an element, as published.
at::Tensor drawnNoise(const TensorSlot& slot, const at::Tensor& stored, const ExpandOptions& options) {
    const auto draws = [&](const char* purpose, at::IntArrayRef shape) {
        at::Tensor values = at::empty(shape, at::kDouble);
        Random random(deriveSeed(options.seed, purpose + slot.name));
        double* data = values.mutable_data_ptr<double>();
        for (int64_t i = 0; i < values.numel(); ++i)
            data[i] = options.noise * random.normal();
        return values;
    };
    std::vector<int64_t> rows(static_cast<size_t>(stored.dim()), 1);
    rows.front() = stored.size(0);
    const at::Tensor noise =
        stored.dim() > 1 ? draws("noise ", stored.sizes()) + draws("row noise ", rows) : draws("noise ", stored.sizes());
    return noise.to(stored.options());
}

/// Adds independent noise with the deviation of the tensor itself outside the student's block. Constants stay as they are.
at::Tensor withPrivateNoise(const TensorSlot& slot, const at::Tensor& stored, const ExpandOptions& options) {
    ExpandOptions strong = options;
    strong.noise = stored.numel() > 1 ? stored.to(at::kDouble).std(false).item<double>() : 0.0;
    if (strong.noise == 0) return stored;
    at::Tensor noise = drawnNoise(slot, stored, strong) / std::sqrt(stored.dim() > 1 ? 2.0 : 1.0);
    at::Tensor block = noise;
    for (size_t axis = 0; axis < slot.studentShape.size(); ++axis)
        block = block.narrow(static_cast<int64_t>(axis), 0, slot.studentShape[axis]);
    block.zero_();
    return stored + noise;
}

bool takesNoise(const TensorSlot& slot) {
    return slot.role != ParameterRole::Token && slot.layout.copies != Layout().copies;
}

at::Tensor asLeaf(at::Tensor values, bool isParameter) {
    if (values.dim() == 4) values = values.contiguous(at::MemoryFormat::ChannelsLast);
    return isParameter ? values.detach().set_requires_grad(true) : values;
}

void put(State& state, const at::Tensor& value, bool isParameter) {
    (isParameter ? state.parameters : state.buffers).push_back(asLeaf(value, isParameter));
}

NetworkPlan plainPlan(const Network& network, bool folded = false) {
    NetworkPlan plan = network.plan();
    plan.elasticity = {.folded = folded};
    return plan;
}

}  // namespace

std::string studentStatistics(const std::string& name) {
    constexpr std::string_view teachers = "teacher_running_";
    const size_t at = name.find(teachers);
    return at == std::string::npos ? "" : name.substr(0, at) + name.substr(at + std::string_view("teacher_").size());
}

std::unique_ptr<Network> buildElastic(NetworkPlan plan, const ExpandOptions& options, std::vector<BranchedLayer>* branched) {
    requireOptions(options);
    const auto found = std::make_shared<std::vector<BranchedLayer>>();  // the network keeps its plan, and so the maker below
    plan.elasticity.expansion = options.ratio;
    plan.elasticity.kernels = [options, found](Network& network, const std::string& name,
                                               const KernelGeometry& geometry) -> std::shared_ptr<const Kernel> {
        BranchedLayer& layer = found->emplace_back(BranchedLayer{name, false, obstacle(geometry)});
        if (!layer.reason.empty()) return nullptr;
        if (options.branches == 1) layer.reason = "one branch is the plain kernel";
        if (!isChosen(name, options.layers)) layer.reason = notChosen;
        if (!layer.reason.empty()) return nullptr;
        layer.branched = true;
        return std::make_shared<BranchKernel>(network, name, geometry, options.branches, options.scales == Scales::OneHot);
    };
    auto network = buildNetwork(std::move(plan));
    if (options.branches > 1) requireNames(options.layers, *found);
    if (branched) *branched = *found;
    return network;
}

State expandInto(const Network& elastic, const Model& plain, const ExpandOptions& options) {
    const at::NoGradGuard noGradient;
    const auto values = namedValues(*plain.network, plain.state);
    const at::TensorOptions type = plain.state.parameters.front().options().requires_grad(false);
    State state;
    forEachSlot(elastic, [&](const TensorSlot& slot, bool isParameter) {
        const auto found = values.find(slot.name);
        at::Tensor value = copiedStatistics(slot.name, values, elastic.expansion());
        if (!value.defined())
            value =
                spread(found != values.end() ? found->second.clone() : initialValue(slot, options.seed).to(type), slot.layout);
        if (isParameter && options.noise > 0 && takesNoise(slot)) value = value + drawnNoise(slot, value, options);
        if (isParameter && options.privateNoise && takesNoise(slot)) value = withPrivateNoise(slot, value, options);
        put(state, value, isParameter);
    });
    return state;
}

Model expand(const Model& plain, const ExpandOptions& options) {
    std::shared_ptr<const Network> elastic = buildElastic(plainPlan(*plain.network), options);
    State state = expandInto(*elastic, plain, options);
    return {std::move(elastic), std::move(state)};
}

bool isElastic(const Network& network) {
    return network.expansion() > 1 || !network.madeKernels().empty();
}

Model studentAlone(const Model& model) {
    return isElastic(*model.network) ? extract(model) : model;
}

Model extract(const Model& elastic) {
    const at::NoGradGuard noGradient;
    std::shared_ptr<const Network> plain = buildNetwork(plainPlan(*elastic.network));
    std::map<std::string, const TensorSlot*> slots;
    forEachSlot(*elastic.network, [&](const TensorSlot& slot, bool) { slots[slot.name] = &slot; });
    const auto values = namedValues(*elastic.network, elastic.state);
    State state;
    forEachSlot(*plain, [&](const TensorSlot& slot, bool isParameter) {
        const auto made = elastic.network->madeKernels().find(slot.name);
        const at::Tensor value = made != elastic.network->madeKernels().end()
                                     ? made->second->of(Pass{.state = elastic.state})
                                     : studentPart(values.at(slot.name), slots.at(slot.name)->layout);
        put(state, value.clone(), isParameter);
    });
    return {std::move(plain), std::move(state)};
}

Model deploy(const Model& elastic, bool fold) {
    Model plain = extract(elastic);
    if (!fold) return plain;
    const at::NoGradGuard noGradient;
    auto values = namedValues(*plain.network, plain.state);
    for (const Fold& pair : plain.network->folds()) {
        at::Tensor& kernel = values.at(pair.conv + ".weight");
        const at::Tensor factor =
            values.at(pair.norm + ".weight") / (values.at(pair.norm + ".running_var") + batchNormEpsilon).sqrt();
        const auto bias = values.find(pair.conv + ".bias");
        const at::Tensor mean = values.at(pair.norm + ".running_mean");
        const at::Tensor centred = bias == values.end() ? -mean : bias->second - mean;
        values[pair.conv + ".bias"] = values.at(pair.norm + ".bias") + centred * factor;
        kernel = kernel * factor.view({-1, 1, 1, 1});
    }
    std::shared_ptr<const Network> folded = buildNetwork(plainPlan(*plain.network, true));
    State state;
    forEachSlot(*folded,
                [&](const TensorSlot& slot, bool isParameter) { put(state, values.at(slot.name).clone(), isParameter); });
    return {std::move(folded), std::move(state)};
}

}  // namespace gaplab
