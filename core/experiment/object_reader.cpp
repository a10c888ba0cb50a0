#include "core/experiment/object_reader.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/names.h"
#include "core/experiment/vocabulary.h"

namespace gaplab {
namespace {

constexpr double largestExactInteger = 9007199254740991.0;  // 2^53 - 1: beyond it a double names no single integer

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

/// How a registry member is called in a sentence.
std::string wordFor(Registry registry) {
    switch (registry) {
        case Registry::Architecture: return "architecture";
        case Registry::Loss: return "loss";
        case Registry::Source: return "data source";
        case Registry::Measure: return "measure";
        case Registry::Actuator: return "actuator";
        case Registry::Mitigation: return "mitigation";
        case Registry::TeacherKind: return "kind of teacher";
        case Registry::Optimizer: return "optimizer";
        case Registry::Schedule: return "schedule";
        case Registry::Augmentation: return "augmentation";
    }
    return "member";
}

}  // namespace

std::string shown(const Json& value) {
    constexpr size_t longest = 60;
    if (value.is_object() && !value.empty()) return "{..}";
    std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
    return text.size() > longest ? text.substr(0, longest) + ".." : text;
}

std::string indexed(const std::string& path, size_t index) {
    return fmt::format("{}[{}]", path, index);
}

std::string didYouMean(const std::string& name, const std::vector<std::string>& candidates) {
    const std::string near = nearestName(name, candidates);
    return near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near);
}

void refuseAsPlanned(const std::string& path, const std::string& name, const std::vector<std::string>& available,
                     Review& review) {
    review.add(path, fmt::format("\"{}\" is not in this version", name), join(available));
}

Json unified(const Parameter& parameter, const Json& value) {
    if (!value.is_number()) return value;
    const double number = value.get<double>();
    if (parameter.type == ParameterType::Real) return number + 0.0;  // -0 becomes 0
    const bool whole = std::abs(number) <= largestExactInteger && std::floor(number) == number;
    if (parameter.type == ParameterType::Integer && whole) return static_cast<int64_t>(number);
    return value;
}

std::optional<Json> checkedValue(const Parameter& parameter, const Json& value, const std::string& path, Review& review) {
    const Json candidate = unified(parameter, value);
    if (value.is_structured()) {
        review.add(path, fmt::format("{} is {}, not a single value", shown(value), value.is_array() ? "a list" : "an object"),
                   allowedValues(parameter));
        return {};
    }
    if (const auto problem = checkValue(parameter, candidate)) {
        review.add(path, *problem, allowedValues(parameter));
        return {};
    }
    return candidate;
}

Json filledIn(const std::vector<Parameter>& parameters, const Json& normal) {
    Json filled = Json::object();
    for (const Parameter& parameter : parameters) {
        Json value = normal.value(parameter.name, unified(parameter, parameter.defaultValue));
        if (!value.is_null()) filled[parameter.name] = std::move(value);
    }
    return filled;
}

ObjectReader::ObjectReader(const Json& value, std::string path, Review& review)
    : object_(value.is_object() ? &value : nullptr), path_(std::move(path)), review_(review) {
    if (object_) return;
    review_.add(path_, fmt::format("{} is not an object", shown(value)), "an object: {\"key\": value, ..}");
}

const Json* ObjectReader::find(const std::string& key) {
    if (!contains(known_, key)) known_.push_back(key);
    if (!object_) return nullptr;
    const auto found = object_->find(key);
    return found == object_->end() ? nullptr : &*found;
}

void ObjectReader::readFields(const std::vector<Parameter>& fields, const std::string& group) {
    for (const Parameter& field : fields)
        readField(field, group);
}

void ObjectReader::readField(const Parameter& field, const std::string& group) {
    const Json* value = find(field.name);
    if (!value) {
        if (field.required && object_)
            review_.add(pathOf(field.name), fmt::format("\"{}\" is missing", field.name), allowedValues(field));
        return;
    }
    if (value->is_null() && field.defaultValue.is_null() && !field.required) return;
    if (value->is_string() && contains(plannedValues(group + "." + field.name), value->get<std::string>()))
        return refuseAsPlanned(pathOf(field.name), value->get<std::string>(), field.choices, review_);
    const auto checked = checkedValue(field, *value, pathOf(field.name), review_);
    if (checked && *checked != unified(field, field.defaultValue)) normal[field.name] = *checked;
}

const Member* ObjectReader::findMember(const std::string& key, Registry registry, const std::string& name) {
    const std::vector<std::string> available = review_.catalogue.names(registry, true);
    const Member* member = review_.catalogue.find(registry, name);
    if (member && member->available) return member;
    if (member || contains(vocabulary(registry), name)) {
        refuseAsPlanned(pathOf(key), name, available, review_);
        ignoreOthers();  // its parameters are not known yet
        return nullptr;
    }
    std::vector<std::string> candidates = available;
    std::ranges::copy(vocabulary(registry), std::back_inserter(candidates));
    review_.add(pathOf(key), fmt::format("There is no {} {}{}", wordFor(registry), shown(name), didYouMean(name, candidates)),
                join(available));
    const std::string near = nearestName(name, available);
    return near.empty() ? nullptr : review_.catalogue.find(registry, near);
}

const Member* ObjectReader::readMember(const std::string& key, Registry registry, const std::string& defaultName,
                                       const std::set<std::string>& handledKeys) {
    const Json* value = find(key);
    const std::string word = wordFor(registry);
    const Member* member = nullptr;
    if (!value && defaultName.empty()) {
        if (object_)
            review_.add(pathOf(key), fmt::format("The {} is missing", word), join(review_.catalogue.names(registry, true)));
    } else if (value && !value->is_string()) {
        review_.add(pathOf(key), fmt::format("{} is not a name", shown(*value)), join(review_.catalogue.names(registry, true)));
    } else {
        const std::string name = value ? value->get<std::string>() : defaultName;
        member = findMember(key, registry, name);
        if (name != defaultName) normal[key] = name;
    }
    if (!member) {
        for (const Member& any : review_.catalogue.members(registry))
            for (const Parameter& parameter : any.parameters)
                tolerated_.push_back(parameter.name);
        return nullptr;
    }
    for (const Parameter& parameter : member->parameters)
        if (!handledKeys.contains(parameter.name)) readField(parameter);
    return member;
}

void ObjectReader::refusePlanned(const std::string& group) {
    for (const std::string& key : plannedKeys(group)) {
        if (contains(known_, key) || contains(tolerated_, key)) continue;  // a registry member declares it as its own
        tolerated_.push_back(key);
        if (object_ && object_->contains(key))
            review_.add(pathOf(key), fmt::format("\"{}\" is not in this version", key), "leave it out");
    }
}

Json ObjectReader::finish() {
    if (!object_ || ignoreOthers_) return normal;
    std::vector<std::string> names = known_;
    std::ranges::copy(tolerated_, std::back_inserter(names));
    for (const auto& [key, value] : object_->items())
        if (!contains(names, key))
            review_.add(pathOf(key), fmt::format("{} is not a field here{}", shown(key), didYouMean(key, names)), join(known_));
    return normal;
}

}  // namespace gaplab
