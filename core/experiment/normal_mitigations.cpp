#include <algorithm>

#include <fmt/format.h>

#include "core/base/names.h"
#include "core/experiment/normal.h"

namespace gaplab {
namespace {

bool isFromTeacher(const Json& term) {
    return term.value("to", "") == "student" && term.value("from", "labels") != "labels";
}

/// The classes that a mitigation names, where it is about some.
void readClasses(ObjectReader& reader) {
    const std::string path = reader.pathOf("classes"), allowed = "a list of names of classes";
    const Json* value = reader.find("classes");
    if (!value) return reader.review().add(path, "\"classes\" is missing", allowed);
    const auto names = readNames(*value, path, "classes", reader.review());
    if (!names) return;
    if (names->empty()) return reader.review().add(path, "No class is named", allowed);
    const std::set<std::string> once(names->begin(), names->end());
    reader.normal["classes"] = once;
}

/// What it weighs has to be known image by image.
void requireImageLosses(ObjectReader& reader, const Member& member, const Json& knowledge) {
    std::string which = member.facts.value("per_image", "");
    if (which == "terms") which = filledIn(member.parameters, reader.normal).at("terms") == "everything" ? "all" : "";
    if (which.empty()) return;
    Review& review = reader.review();
    for (const Json& term : knowledge) {
        const Member* loss = review.catalogue.find(Registry::Loss, term.value("loss", ""));
        if (!loss || !isFromTeacher(term) || loss->facts.value("per_image", false)) continue;
        std::vector<std::string> fitting;
        for (const Member& other : review.catalogue.members(Registry::Loss))
            if (other.facts.value("per_image", false)) fitting.push_back(other.name);
        review.add(
            reader.pathOf("kind"),
            fmt::format("{} weighs images, and the loss {} does not tell what each of them costs", shown(member.name),
                        shown(loss->name)),
            (member.facts.value("per_image", "") == "terms" ? "terms: labels, or a loss of " : "a loss of ") + join(fitting));
    }
}

/// A name alone stands for the member with its usual parameters.
Json readMitigation(const Json& written, const std::string& path, const Json& knowledge, Review& review) {
    const Json value = written.is_string() ? Json{{"kind", written}} : written;
    ObjectReader reader(value, path, review);
    if (!value.is_object()) return reader.normal;
    const Member* member = reader.readMember("kind", Registry::Mitigation, {}, {"kind", "classes"});
    if (member) {
        if (member->facts.value("classes", false)) readClasses(reader);
        if (member->facts.value("teacher", false) && std::ranges::none_of(knowledge, isFromTeacher))
            review.add(reader.pathOf("kind"),
                       fmt::format("{} is about what a teacher teaches the student, and none does", shown(member->name)),
                       "a term from a teacher to the student, or another mitigation");
        requireImageLosses(reader, *member, knowledge);
    }
    return reader.finish();
}

}  // namespace

Json readMitigations(const Json& value, const std::string& path, const Json& knowledge, Review& review) {
    Json all = Json::array();
    if (!value.is_array()) {
        review.add(path, fmt::format("{} is not a list", shown(value)), "a list of names or {\"kind\", ..}");
        return all;
    }
    for (size_t i = 0; i < value.size(); ++i) {
        Json one = readMitigation(value[i], indexed(path, i), knowledge, review);
        const auto same = [&](const Json& other) {
            return other.value("kind", "") == one.value("kind", "") && other.value("in", "") == one.value("in", "");
        };
        if (one.contains("kind") && std::ranges::any_of(all, same))
            review.add(indexed(path, i), fmt::format("The mitigation {} is there twice", shown(one.at("kind"))), "each once");
        all.push_back(std::move(one));
    }
    return all;
}

std::vector<MitigationSpec> mitigationsFromForm(const Json& form, const Catalogue& catalogue) {
    std::vector<MitigationSpec> all;
    for (const Json& one : form) {
        const std::string kind = one.at("kind");
        MitigationSpec spec{kind, filledIn(catalogue.find(Registry::Mitigation, kind)->parameters, one)};
        if (one.contains("classes")) spec.parameters["classes"] = one.at("classes");
        all.push_back(std::move(spec));
    }
    return all;
}

}  // namespace gaplab
