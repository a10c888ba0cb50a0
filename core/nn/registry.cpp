#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/nn/architecture.h"

namespace gaplab {
namespace {

std::vector<Architecture> collect() {
    std::vector<Architecture> all;
    for (const auto& family : {cifarResNets, planeNets})
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
    const std::vector<Member> planned = plannedArchitectures();
    if (std::ranges::find(planned, name, &Member::name) != planned.end())
        throw inputError(fmt::format("The architecture {} is not in this version", name), "Choose one of " + join(names()));
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

}  // namespace

void requireSize(const std::string& architecture, const InputShape& input, int64_t smallest) {
    if (std::min(input.height, input.width) >= smallest) return;
    throw inputError(fmt::format("{} cannot take images of {} x {} pixels: it halves them until nothing is left", architecture,
                                 input.height, input.width),
                     fmt::format("Use images of at least {0} x {0} pixels, or another architecture.", smallest));
}

std::unique_ptr<Network> buildNetwork(const std::string& architecture, const Json& parameters, InputShape input,
                                      int64_t classes) {
    const Architecture& found = findArchitecture(architecture);
    requireCounts(input, classes);
    return found.build({.input = input, .classes = classes, .parameters = filledIn(found.member, parameters)});
}

NetworkProfile profile(const std::string& architecture, const Json& parameters, InputShape input, int64_t classes) {
    const at::NoGradGuard noGradient;
    const auto network = buildNetwork(architecture, parameters, input, classes);
    const State state = withoutValues(*network);
    NetworkProfile result{.parameters = network->parameterCount(), .perImage = {}};
    const at::Tensor image = at::empty({1, input.channels, input.height, input.width}, state.parameters.front().options());
    network->forward(image, Pass{.state = state, .profile = &result.perImage});
    return result;
}

void addArchitectures(Catalogue& catalogue) {
    for (const Architecture& architecture : architectures())
        catalogue.add(Registry::Architecture, architecture.member);
    for (const Member& member : plannedArchitectures())
        catalogue.add(Registry::Architecture, member);
}

}  // namespace gaplab
