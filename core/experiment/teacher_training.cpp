#include <algorithm>

#include <fmt/format.h>

#include "core/experiment/normal.h"

namespace gaplab {
namespace {

/// A part of training that is a registry member with its parameters.
struct MemberPart {
    const char* key;
    Registry registry;
    const char* defaultKind;
};
constexpr MemberPart memberParts[] = {{"optimizer", Registry::Optimizer, defaultOptimizer},
                                      {"schedule", Registry::Schedule, defaultSchedule}};

Json kindOf(const Json& form, const MemberPart& part) {
    return form.value("kind", Json(part.defaultKind));
}

/// What takes `from` to `to` when it is laid over it; `defaults` for what `to` has no more.
Json difference(const Json& from, const Json& to, const Json& defaults) {
    Json changes = Json::object();
    for (const auto& [key, value] : to.items())
        if (!from.contains(key) || from.at(key) != value) changes[key] = value;
    for (const auto& [key, value] : from.items())
        if (!to.contains(key)) changes[key] = defaults.at(key);
    return changes;
}

/// Of two forms of one part: the fields that differ where the kind is the same, else all of the new one.
Json memberDifference(const Json& from, const Json& to, const MemberPart& part, const Catalogue& catalogue) {
    const Json kind = kindOf(to, part);
    const Member* member = kind.is_string() ? catalogue.find(part.registry, kind.get<std::string>()) : nullptr;
    if (member && kindOf(from, part) == kind) return difference(from, to, filledIn(member->parameters, Json::object()));
    Json whole = to;
    whole["kind"] = kind;
    return whole;
}

/// The same for every way of writing it.
Json trainingDifference(Json from, Json to, const Catalogue& catalogue) {
    Json defaults = filledIn(documentFields("training"), Json::object());
    defaults["keep_epochs"] = Json::array();
    Json members = Json::object();
    for (const MemberPart& part : memberParts) {
        Json changes = memberDifference(objectAt(from, part.key), objectAt(to, part.key), part, catalogue);
        if (!changes.empty()) members[part.key] = std::move(changes);
        from.erase(part.key);
        to.erase(part.key);
    }
    Json changes = difference(from, to, defaults);
    changes.update(members);
    return changes;
}

/// Whether an object gives the field at a path like "optimizer.lr" or "keep_epochs[1]" itself.
bool gives(const Json& object, const std::string& path) {
    const size_t end = path.find_first_of(".[");
    const auto found = object.find(path.substr(0, end));
    if (found == object.end() || end == std::string::npos || path[end] == '[') return found != object.end();
    return !found->is_object() || gives(*found, path.substr(end + 1));
}

bool isOuterProblem(const OuterTraining& outer, const std::string& field, const std::string& message) {
    return std::ranges::any_of(outer.problems, [&](const Problem& problem) {
        return problem.message == message && problem.path.ends_with("training." + field);
    });
}

}  // namespace

Json mergedTraining(const Json& outer, const Json& own) {
    Json merged = outer;
    for (const auto& [key, value] : own.items()) {
        const auto part = std::ranges::find(memberParts, key, &MemberPart::key);
        const Json& inherited = objectAt(outer, key);
        const bool goInto = part != std::end(memberParts) && value.is_object() &&
                            (!value.contains("kind") || value.at("kind") == kindOf(inherited, *part));
        Json combined = goInto ? inherited : Json();
        if (goInto) combined.update(value);
        merged[key] = goInto ? std::move(combined) : value;
    }
    const Json epochs = merged.value("epochs", filledIn(documentFields("training"), Json::object()).at("epochs"));
    if (own.contains("keep_epochs") || !merged.contains("keep_epochs") || !merged["keep_epochs"].is_array() ||
        !epochs.is_number())
        return merged;
    Json within = Json::array();
    for (const Json& epoch : merged["keep_epochs"])
        if (!epoch.is_number() || epoch <= epochs) within.push_back(epoch);
    merged["keep_epochs"] = std::move(within);
    return merged;
}

void readTeacherTraining(ObjectReader& teacher, const OuterTraining& outer) {
    const Json* own = teacher.find("training");
    if (!own) return;
    const std::string path = teacher.pathOf("training");
    if (!own->is_object())
        return teacher.review().add(path, fmt::format("{} is not an object", shown(*own)), "an object: {\"key\": value, ..}");
    Review merged{teacher.review().catalogue};
    const Json form = readTraining(mergedTraining(outer.written, *own), path, merged);
    for (Problem& problem : merged.problems) {  // those that are only inherited are reported where they come from
        const std::string field = problem.path.substr(path.size() + 1);
        if (gives(*own, field) || !isOuterProblem(outer, field, problem.message))
            teacher.review().problems.push_back(std::move(problem));
    }
    if (Json changes = trainingDifference(outer.form, form, teacher.review().catalogue); !changes.empty())
        teacher.normal["training"] = std::move(changes);
}

}  // namespace gaplab
