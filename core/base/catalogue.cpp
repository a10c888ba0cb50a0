#include "core/base/catalogue.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/names.h"

namespace gaplab {

Parameter integerParameter(std::string name, int64_t defaultValue, int64_t minimum, int64_t maximum, std::string help,
                           std::string unit) {
    Parameter parameter{.name = std::move(name),
                        .type = ParameterType::Integer,
                        .defaultValue = defaultValue,
                        .help = std::move(help),
                        .minimum = static_cast<double>(minimum),
                        .maximum = static_cast<double>(maximum)};
    parameter.unit = std::move(unit);
    return parameter;
}

Parameter realParameter(std::string name, double defaultValue, double minimum, double maximum, std::string help,
                        std::string unit) {
    Parameter parameter{.name = std::move(name),
                        .type = ParameterType::Real,
                        .defaultValue = defaultValue,
                        .help = std::move(help),
                        .minimum = minimum,
                        .maximum = std::isinf(maximum) ? std::nullopt : std::optional(maximum)};
    parameter.unit = std::move(unit);
    return parameter;
}

Parameter aboveMinimum(Parameter parameter) {
    parameter.minimumExcluded = true;
    return parameter;
}

Parameter booleanParameter(std::string name, bool defaultValue, std::string help) {
    return {.name = std::move(name),
            .type = ParameterType::Boolean,
            .defaultValue = defaultValue,
            .help = std::move(help),
            .minimum = {},
            .maximum = {}};
}

Parameter choiceParameter(std::string name, std::string defaultValue, std::vector<std::string> choices, std::string help) {
    Parameter parameter{.name = std::move(name),
                        .type = ParameterType::Choice,
                        .defaultValue = std::move(defaultValue),
                        .help = std::move(help),
                        .minimum = {},
                        .maximum = {}};
    parameter.choices = std::move(choices);
    return parameter;
}

std::string allowedValues(const Parameter& parameter) {
    switch (parameter.type) {
        case ParameterType::Boolean: return "true or false";
        case ParameterType::Text: return "text";
        case ParameterType::Path: return "a path";
        case ParameterType::Choice: return join(parameter.choices);
        case ParameterType::Integer:
        case ParameterType::Real: break;
    }
    const std::string kind = parameter.type == ParameterType::Integer ? "a whole number" : "a number";
    const std::string above = parameter.minimumExcluded ? " greater than {}" : " of at least {}";
    if (parameter.minimum && parameter.maximum && !parameter.minimumExcluded)
        return fmt::format("{} from {} to {}", kind, *parameter.minimum, *parameter.maximum);
    if (parameter.minimum && parameter.maximum)
        return fmt::format("{} greater than {}, at most {}", kind, *parameter.minimum, *parameter.maximum);
    if (parameter.minimum) return kind + fmt::format(fmt::runtime(above), *parameter.minimum);
    if (parameter.maximum) return fmt::format("{} of at most {}", kind, *parameter.maximum);
    return kind;
}

std::optional<std::string> checkValue(const Parameter& parameter, const Json& value) {
    const auto wrong = [&](const std::string& what) { return fmt::format("{} is {}", value.dump(), what); };
    switch (parameter.type) {
        case ParameterType::Boolean:
            if (!value.is_boolean()) return wrong("not true or false");
            return {};
        case ParameterType::Text:
        case ParameterType::Path:
            if (!value.is_string()) return wrong("not a text");
            return {};
        case ParameterType::Choice:
            if (!value.is_string()) return wrong("not a name");
            if (std::ranges::find(parameter.choices, value.get<std::string>()) == parameter.choices.end()) {
                const std::string near = nearestName(value.get<std::string>(), parameter.choices);
                return wrong("not allowed here") + (near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near));
            }
            return {};
        case ParameterType::Integer:
            if (!value.is_number_integer()) return wrong("not a whole number");
            break;
        case ParameterType::Real:
            if (!value.is_number()) return wrong("not a number");
            break;
    }
    const double number = value.get<double>();
    if (!std::isfinite(number)) return wrong("not finite");
    if (parameter.minimum && (number < *parameter.minimum || (parameter.minimumExcluded && number <= *parameter.minimum)))
        return wrong("too small");
    if (parameter.maximum && number > *parameter.maximum) return wrong("too large");
    return {};
}

Json toJson(const Parameter& parameter) {
    static const std::vector<std::string> types = {"boolean", "integer", "real", "text", "choice", "path"};
    return {{"name", parameter.name},
            {"type", types[static_cast<size_t>(parameter.type)]},
            {"default", parameter.defaultValue},
            {"range", allowedValues(parameter)},
            {"unit", parameter.unit},
            {"help", parameter.help},
            {"source", parameter.source}};
}

const std::vector<std::pair<Registry, std::string>>& registryNames() {
    static const std::vector<std::pair<Registry, std::string>> names = {
        {Registry::Architecture, "architectures"}, {Registry::Loss, "losses"},          {Registry::Source, "sources"},
        {Registry::Measure, "measures"},           {Registry::Actuator, "actuators"},   {Registry::Mitigation, "mitigations"},
        {Registry::TeacherKind, "teachers"},       {Registry::Optimizer, "optimizers"}, {Registry::Schedule, "schedules"},
        {Registry::Augmentation, "augmentations"}};
    return names;
}

void Catalogue::add(Registry registry, Member member) {
    members_.resize(registryNames().size());
    if (member.facts.is_null()) member.facts = Json::object();
    members_[static_cast<size_t>(registry)].push_back(std::move(member));
}

const std::vector<Member>& Catalogue::members(Registry registry) const {
    static const std::vector<Member> none;
    const auto index = static_cast<size_t>(registry);
    return index < members_.size() ? members_[index] : none;
}

const Member* Catalogue::find(Registry registry, const std::string& name) const {
    const auto& all = members(registry);
    const auto found = std::ranges::find(all, name, &Member::name);
    return found == all.end() ? nullptr : &*found;
}

std::vector<std::string> Catalogue::names(Registry registry, bool availableOnly) const {
    std::vector<std::string> names;
    for (const Member& member : members(registry))
        if (member.available || !availableOnly) names.push_back(member.name);
    return names;
}

Json Catalogue::toJson(Registry registry) const {
    Json list = Json::array();
    for (const Member& member : members(registry)) {
        if (!member.available) continue;
        Json parameters = Json::array();
        for (const Parameter& parameter : member.parameters)
            parameters.push_back(gaplab::toJson(parameter));
        list.push_back({{"name", member.name}, {"help", member.help}, {"source", member.source}, {"parameters", parameters}});
        if (!member.facts.empty()) list.back()["facts"] = member.facts;
    }
    return list;
}

}  // namespace gaplab
