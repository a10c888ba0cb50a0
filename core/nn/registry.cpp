#include <algorithm>
#include <cctype>
#include <cmath>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/nn/architecture.h"
#include "core/nn/features.h"

namespace gaplab {
namespace {

std::vector<Architecture> collect() {
    std::vector<Architecture> all;
    for (const auto& family :
         {cifarResNets, wideResNets, vggNets, resNets, mobileNetsV1, mobileNetsV2, shuffleNetsV2, deits, rvts, planeNets})
        std::ranges::move(family(), std::back_inserter(all));
    return all;
}

const std::vector<Architecture>& architectures() {
    static const std::vector<Architecture> all = collect();
    return all;
}

std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const Architecture& architecture : architectures())
        all.push_back(architecture.member.name);
    return all;
}

const Architecture& findArchitecture(const std::string& name) {
    const auto found = std::ranges::find(architectures(), name, [](const Architecture& a) { return a.member.name; });
    if (found != architectures().end()) return *found;
    const std::string near = nearestName(name, names());
    throw inputError(fmt::format("There is no architecture \"{}\"", name),
                     near.empty() ? "Choose one of " + join(names()) : fmt::format("Did you mean {}?", near));
}

/// Every declared parameter; throws Error (Input) for a wrong value or a name that is not declared.
Json filledIn(const Member& member, const Json& parameters) {
    Json filled = Json::object();
    for (const Parameter& parameter : member.parameters) {
        filled[parameter.name] =
            parameters.is_object() ? parameters.value(parameter.name, parameter.defaultValue) : parameter.defaultValue;
        if (const auto problem = checkValue(parameter, filled[parameter.name]))
            throw inputError(fmt::format("{} of {}: {}", parameter.name, member.name, *problem),
                             "Allowed: " + allowedValues(parameter));
    }
    for (const auto& [name, value] : parameters.items())
        if (!filled.contains(name)) throw inputError(fmt::format("{} has no parameter \"{}\"", member.name, name));
    return filled;
}

void requireCounts(const InputShape& input, int64_t classes) {
    constexpr int64_t largest = 16384;  // keeps every later product of sizes within 64 bits
    if (classes < 2 || classes > 1'000'000)
        throw inputError(fmt::format("A network needs 2 to 1,000,000 classes, not {}", classes));
    if (input.channels < 1 || input.channels > 1024)
        throw inputError(fmt::format("A network takes images of 1 to 1024 channels, not {}", input.channels));
    if (std::max(input.height, input.width) > largest)
        throw inputError(fmt::format("Images of {} x {} pixels are too large for a network", input.height, input.width),
                         fmt::format("Height and width may be at most {} pixels.", largest));
}

State withoutValues(const Network& network) {
    State state;
    const auto options = at::TensorOptions(at::kFloat).device(at::kMeta);
    for (const TensorSlot& slot : network.parameters())
        state.parameters.push_back(at::empty(slot.shape, options));
    for (const TensorSlot& slot : network.buffers())
        state.buffers.push_back(at::empty(slot.shape, options));
    return state;
}

at::Tensor imageWithoutValues(const Network& network, const State& state) {
    const InputShape& input = network.plan().input;
    return at::empty({1, input.channels, input.height, input.width}, state.parameters.front().options());
}

}  // namespace

void requireSize(const std::string& architecture, const InputShape& input, int64_t smallest) {
    if (std::min(input.height, input.width) >= smallest) return;
    throw inputError(fmt::format("{} cannot take images of {} x {} pixels: it halves them until nothing is left", architecture,
                                 input.height, input.width),
                     fmt::format("Use images of at least {0} x {0} pixels, or another architecture.", smallest));
}

Json cifar100Reference(double accuracy, int table) {
    const std::string source = fmt::format("Tian et al., Contrastive Representation Distillation, ICLR 2020, table {}", table);
    return {{"cifar100", accuracy}, {"source", source}};
}

Parameter widthParameter(double defaultValue) {
    return realParameter("width", defaultValue, 0.0625, 8.0, "Factor on the channels of every layer, rounded to whole channels.");
}

int64_t scaledWidth(const NetworkPlan& plan, int64_t channels) {
    const double factor = plan.parameters.at("width").get<double>();
    return std::max<int64_t>(1, std::llround(factor * static_cast<double>(channels)));
}

Parameter stemParameter() {
    return choiceParameter("stem", "auto", {"auto", "cifar", "imagenet"},
                           "Layers that see the image first; auto: cifar for images at most 64 pixels wide.");
}

bool hasImageNetStem(const NetworkPlan& plan) {
    constexpr int64_t smallImage = 64;
    const std::string stem = plan.parameters.at("stem");
    return stem == "imagenet" || (stem == "auto" && plan.input.width > smallImage);
}

std::unique_ptr<Network> buildNetwork(NetworkPlan plan) {
    const Architecture& found = findArchitecture(plan.architecture);
    requireCounts(plan.input, plan.classes);
    plan.parameters = filledIn(found.member, plan.parameters);
    return found.build(plan);
}

std::unique_ptr<Network> buildNetwork(const std::string& architecture, const Json& parameters, InputShape input,
                                      int64_t classes) {
    return buildNetwork({.architecture = architecture, .input = input, .classes = classes, .parameters = parameters});
}

NetworkProfile profile(const Network& network, View view) {
    const at::NoGradGuard noGradient;
    const State state = withoutValues(network);
    NetworkProfile result{.parameters = network.parameterCount(), .perImage = {}};
    network.forward(imageWithoutValues(network, state), Pass{.state = state, .view = view, .profile = &result.perImage});
    return result;
}

std::vector<std::vector<int64_t>> featureShapes(const Network& network, View view) {
    const at::NoGradGuard noGradient;
    const State state = withoutValues(network);
    const Outputs outputs = network.forward(imageWithoutValues(network, state), Pass{.state = state, .view = view, .taps = true});
    std::vector<std::vector<int64_t>> shapes;
    for (const at::Tensor& stage : outputs.stages)
        shapes.push_back(stage.sizes().slice(1).vec());
    shapes.push_back(outputs.pooled.sizes().slice(1).vec());
    return shapes;
}

std::string classifierOf(const Network& network) {
    const std::string& last = network.parameters().back().name;
    return last.substr(0, last.rfind('.'));
}

bool belongsTo(const std::string& tensor, const std::string& layer) {
    return tensor == layer || (tensor.starts_with(layer) && tensor[layer.size()] == '.');
}

std::string partOf(const std::string& tensor) {
    const size_t first = tensor.find('.'), second = tensor.find('.', first + 1);
    if (first == std::string::npos || second == std::string::npos) return tensor.substr(0, first);
    const auto isDigit = [](unsigned char c) { return std::isdigit(c) != 0; };
    const bool numbered = std::all_of(tensor.begin() + static_cast<std::ptrdiff_t>(first) + 1,
                                      tensor.begin() + static_cast<std::ptrdiff_t>(second), isDigit);
    const bool series = std::none_of(tensor.begin(), tensor.begin() + static_cast<std::ptrdiff_t>(first), isDigit);
    return tensor.substr(0, numbered && series ? second : first);
}

std::vector<std::string> partsOf(const Network& network) {
    std::vector<std::string> parts;
    for (const TensorSlot& slot : network.parameters())
        if (const std::string part = partOf(slot.name); std::ranges::find(parts, part) == parts.end()) parts.push_back(part);
    return parts;
}

NetworkProfile profile(const std::string& architecture, const Json& parameters, InputShape input, int64_t classes) {
    return profile(*buildNetwork(architecture, parameters, input, classes));
}

void addArchitectures(Catalogue& catalogue) {
    for (const Architecture& architecture : architectures())
        catalogue.add(Registry::Architecture, architecture.member);
}

}  // namespace gaplab
