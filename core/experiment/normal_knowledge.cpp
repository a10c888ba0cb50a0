#include <algorithm>

#include <fmt/format.h>

#include "core/base/names.h"
#include "core/experiment/normal.h"

namespace gaplab {
namespace {

constexpr const char* labelLoss = "ce";

const Parameter& termWeight() {
    static const Parameter declared = realParameter("weight", 1.0, 0.0, 1e9, "Factor on the term's loss");
    return declared;
}

const Parameter& targetGap() {
    static const Parameter declared = realParameter("target", 0.0, -100.0, 100.0, "Wanted gap", "points");
    return declared;
}

const Parameter& gapEpochs() {
    static const Parameter declared =
        aboveMinimum(realParameter("every", 0.5, 0.0, 100'000.0, "Epochs between two acts of the controller"));
    return declared;
}

std::vector<std::string> sourcesOf(const TeacherNames& names) {
    std::vector<std::string> sources(names.all.begin(), names.all.end());
    if (!names.trained.empty()) sources.emplace_back("student");  // what a teacher that is trained too can listen to
    sources.push_back("labels");
    return sources;
}

/// A text among `allowed`, collected as it is; empty, and a problem, where it is not.
std::string readRole(ObjectReader& reader, const std::string& key, const std::vector<std::string>& allowed) {
    const Json* value = reader.find(key);
    if (!value) {
        reader.review().add(reader.pathOf(key), fmt::format("\"{}\" is missing", key), join(allowed));
        return {};
    }
    if (value->is_string() && std::ranges::find(allowed, value->get<std::string>()) != allowed.end()) {
        reader.normal[key] = *value;
        return value->get<std::string>();
    }
    const std::string near = value->is_string() ? didYouMean(value->get<std::string>(), allowed) : "";
    reader.review().add(reader.pathOf(key), fmt::format("There is no role {}{}", shown(*value), near), join(allowed));
    return {};
}

/// A dynamic teacher of expansion 1 is the student itself and neither teaches nor learns beside it.
bool refuseMerged(ObjectReader& term, const std::string& key, const TeacherNames& names) {
    const Json* value = term.find(key);
    if (!value || !value->is_string() || !names.merged.contains(value->get<std::string>())) return false;
    term.review().add(term.pathOf(key),
                      fmt::format("With expansion 1 the dynamic teacher {} is the student itself, with branches", shown(*value)),
                      "an expansion of 2 to 8, or no term with it");
    return true;
}

void readFrom(ObjectReader& term, const TeacherNames& names) {
    if (refuseMerged(term, "from", names)) return;
    readRole(term, "from", sourcesOf(names));
}

void readTo(ObjectReader& term, const TeacherNames& names) {
    const Json* to = term.find("to");
    if (refuseMerged(term, "to", names)) return;
    std::vector<std::string> trained(names.trained.begin(), names.trained.end());
    trained.emplace_back("student");
    if (to && to->is_string() && names.trained.contains(to->get<std::string>())) {
        readRole(term, "to", trained);
        if (term.normal.value("from", Json()) == *to)
            term.review().add(term.pathOf("from"), fmt::format("{} cannot teach itself", shown(*to)), "another role");
        if (term.normal.value("from", Json()) == "student" && *to == names.grown)
            term.review().add(term.pathOf("from"),
                              fmt::format("{} grows out of the student and is computed before it", shown(*to)),
                              "a teacher with a network of its own, or the labels");
        return;
    }
    if (to && *to == "student" && term.normal.value("from", Json()) == "student")
        return term.review().add(term.pathOf("from"), "\"student\" cannot teach itself", "another role");
    if (to && to->is_string() && names.unbuilt.contains(to->get<std::string>())) return;  // its kind is refused already
    if (to && to->is_string() && names.all.contains(to->get<std::string>()))
        return term.review().add(
            term.pathOf("to"),
            fmt::format("The teacher {} is static: its weights are not trained by this experiment", shown(*to)), join(trained));
    if (to && *to == "labels")
        return term.review().add(term.pathOf("to"), "\"labels\" are no network: nothing can be taught to them", join(trained));
    readRole(term, "to", trained);
}

/// Labels teach by cross-entropy, and cross-entropy compares with labels.
void checkPairing(ObjectReader& term) {
    const std::string from = term.normal.value("from", ""), loss = term.normal.value("loss", "");
    if (from.empty() || !term.review().catalogue.find(Registry::Loss, loss)) return;
    if (from == "labels" && loss != labelLoss)
        term.review().add(term.pathOf("loss"), fmt::format("The loss \"{}\" needs a teacher; \"labels\" are not one", loss),
                          labelLoss);
    if (from != "labels" && loss == labelLoss)
        term.review().add(term.pathOf("from"), fmt::format("The loss \"{}\" compares with the labels, not with a teacher", loss),
                          "labels");
}

/// A teacher of other classes teaches what does not compare classes.
void checkClasses(ObjectReader& term, const TeacherNames& names) {
    const std::string from = term.normal.value("from", "");
    const Member* loss = term.review().catalogue.find(Registry::Loss, term.normal.value("loss", ""));
    if (!loss || from.empty() || from == "labels") return;
    const bool foreign = names.foreign.contains(from), bridges = loss->facts.value("other_classes", false);
    if (foreign && !bridges &&
        (loss->facts.value("knowledge", "") == "logits" ||
         (loss->facts.value("compares_classes", false) && term.normal.value("sees", "logits") == "logits")))
        term.review().add(
            term.pathOf("loss"),
            fmt::format("The loss {} compares classes, and {} knows others than the data have", shown(loss->name), shown(from)),
            "cotuning, or a loss of features or relations");
    if (!foreign && bridges)
        term.review().add(term.pathOf("from"),
                          fmt::format("The loss {} relates other classes to those of the data, and {} knows no others",
                                      shown(loss->name), shown(from)),
                          "a static teacher with \"classes\"");
}

/// A stage by its number, or the features behind the last one.
bool isStage(const Json& value) {
    return value == "pooled" || (value.is_number_integer() && value >= 0 && value <= 999);
}

void readStages(ObjectReader& term, const Member* loss) {
    const Json* value = term.find("stages");
    if (!value) return;
    const std::string path = term.pathOf("stages"), allowed = "a list of stages: a number, \"pooled\" or [source's, own]";
    if (loss && !loss->facts.value("stages", false))
        return term.review().add(path, fmt::format("The loss {} chooses no stages", shown(loss->name)), "no such field");
    if (!value->is_array() || value->empty())
        return term.review().add(path, fmt::format("{} is no list of stages", shown(*value)), allowed);
    Json normal = Json::array();
    for (size_t i = 0; i < value->size(); ++i) {
        const Json& one = (*value)[i];
        const bool isPair = one.is_array() && one.size() == 2 && isStage(one[0]) && isStage(one[1]);
        if (!isPair && !isStage(one))
            return term.review().add(indexed(path, i), fmt::format("{} is no stage", shown(one)), allowed);
        normal.push_back(isPair && one[0] == one[1] ? one[0] : one);
    }
    term.normal["stages"] = normal;
}

void readDropGroup(ObjectReader& term) {
    const Json* value = term.find("drop_group");
    if (!value) return;
    if (!value->is_string() || value->get<std::string>().empty())
        return term.review().add(term.pathOf("drop_group"), fmt::format("{} is no name", shown(*value)),
                                 "a name shared by several terms");
    if (term.normal.value("from", "") == "labels")
        return term.review().add(term.pathOf("drop_group"), "What the labels teach is never left out", "a term from a teacher");
    term.normal["drop_group"] = *value;
}

Json readTerm(const Json& value, const std::string& path, const TeacherNames& names, Review& review) {
    ObjectReader reader(value, path, review);
    if (!value.is_object()) return reader.normal;
    readFrom(reader, names);
    readTo(reader, names);
    const Member* loss = reader.readMember("loss", Registry::Loss, {}, {"from", "to", "loss", "weight"});
    readStages(reader, loss);
    readDropGroup(reader);
    if (const Json* weight = reader.find("weight"))
        if (const auto curve = readCurve(*weight, reader.pathOf("weight"), termWeight(), review); curve && *curve != 1.0)
            reader.normal["weight"] = *curve;
    checkPairing(reader);
    checkClasses(reader, names);
    return reader.finish();
}

bool sameTerm(const Json& a, const Json& b) {
    return std::ranges::all_of(std::vector<std::string>{"from", "to", "loss"}, [&](const std::string& key) {
        return a.contains(key) && b.contains(key) && a.at(key) == b.at(key);
    });
}

void readBetween(ObjectReader& gap, const TeacherNames& names) {
    const std::string path = gap.pathOf("between"), usual = defaultGapTeacher(names.apart());
    const Json* value = gap.find("between");
    if (names.apart().empty() && !value)
        return gap.review().add(path, "A gap needs a teacher, and there is none", "leave \"gap\" out, or add a teacher");
    if (!value) return;
    if (!value->is_array() || value->size() != 2)
        return gap.review().add(path, fmt::format("{} is not a pair of roles", shown(*value)), "[teacher, \"student\"]");
    const std::vector<std::string> teachers(names.all.begin(), names.all.end());
    const Json &teacher = (*value)[0], &student = (*value)[1];
    if (!teacher.is_string() || !names.all.contains(teacher.get<std::string>()))
        gap.review().add(indexed(path, 0),
                         fmt::format("There is no teacher {}{}", shown(teacher),
                                     teacher.is_string() ? didYouMean(teacher.get<std::string>(), teachers) : ""),
                         join(teachers));
    if (teacher.is_string() && names.merged.contains(teacher.get<std::string>()))
        gap.review().add(indexed(path, 0), "With expansion 1 the dynamic teacher is the student itself: there is no gap",
                         "an expansion of 2 to 8, or another teacher");
    if (teacher.is_string() && names.foreign.contains(teacher.get<std::string>()))
        gap.review().add(indexed(path, 0),
                         fmt::format("{} knows other classes than the data have: there is no gap of accuracies", shown(teacher)),
                         "another teacher");
    if (student != "student") gap.review().add(indexed(path, 1), fmt::format("{} is not the student", shown(student)), "student");
    if (teacher != usual) gap.normal["between"] = *value;
}

void readTarget(ObjectReader& gap) {
    const Json* value = gap.find("target");
    const std::string path = gap.pathOf("target");
    if (!value) return gap.review().add(path, "\"target\" is missing", "points, or [[epoch, points], ..]");
    if (const auto curve = readCurve(*value, path, targetGap(), gap.review())) gap.normal["target"] = *curve;
}

std::vector<std::string> actuatorsFor(const std::string& kind, const Catalogue& catalogue) {
    std::vector<std::string> names;
    for (const Member& actuator : catalogue.members(Registry::Actuator)) {
        const Json kinds = actuator.facts.value("kinds", Json::array());
        if (actuator.available && std::ranges::find(kinds, Json(kind)) != kinds.end()) names.push_back(actuator.name);
    }
    return names;
}

/// Some actuators turn a term from the teacher to the student, or its temperature.
bool hasWhatItTurns(const Member& actuator, const std::string& teacher, const Json& knowledge, const Catalogue& catalogue) {
    const std::string needs = actuator.facts.value("needs", "");
    return needs.empty() || std::ranges::any_of(knowledge, [&](const Json& term) {
               if (term.value("from", "") != teacher || term.value("to", "") != "student") return false;
               const Member* loss = catalogue.find(Registry::Loss, term.value("loss", ""));
               return needs == "term" ||
                      (loss && std::ranges::find(loss->parameters, needs, &Parameter::name) != loss->parameters.end());
           });
}

/// A teacher can be widened where it has grown out of the student and nothing else is fitted to its width.
void requireWidenable(ObjectReader& controller, const std::string& teacher, const std::string& kind, const Json& knowledge) {
    Review& review = controller.review();
    const std::string path = controller.pathOf("widen_after");
    if (kind != "gpd")
        return review.add(path, fmt::format("{} does not grow out of the student: it cannot be widened", shown(teacher)), "0");
    for (const Json& term : knowledge) {
        const Member* loss = review.catalogue.find(Registry::Loss, term.value("loss", ""));
        if (loss && loss->facts.value("features", false) &&
            (term.value("from", "") == teacher || term.value("to", "") == teacher))
            return review.add(
                path, fmt::format("{} is fitted to the width of {}: it cannot be widened", shown(loss->name), shown(teacher)),
                "0, or a loss that looks at logits alone");
    }
}

/// The controller's actuator with its parameters; one without authority over this kind of teacher is refused.
void readController(ObjectReader& gap, const TeacherNames& names, const Json& knowledge) {
    const Json* value = gap.find("controller");
    if (!value || value->is_null()) return;
    const std::string path = gap.pathOf("controller");
    ObjectReader reader(*value, path, gap.review());
    const Member* actuator = reader.readMember("actuator", Registry::Actuator);
    const std::string teacher = gap.normal.contains("between") && gap.normal["between"][0].is_string()
                                    ? gap.normal["between"][0].get<std::string>()
                                    : defaultGapTeacher(names.apart());
    const auto kind = names.kinds.find(teacher);
    if (actuator && kind != names.kinds.end()) {
        const Json kinds = actuator->facts.value("kinds", Json::array());
        if (std::ranges::find(kinds, Json(kind->second)) == kinds.end())
            gap.review().add(reader.pathOf("actuator"),
                             fmt::format("{} has no hold on a teacher of the kind \"{}\"", shown(actuator->name), kind->second),
                             "an actuator for it: " + join(actuatorsFor(kind->second, gap.review().catalogue)));
    }
    if (actuator && !hasWhatItTurns(*actuator, teacher, knowledge, gap.review().catalogue))
        gap.review().add(reader.pathOf("actuator"),
                         fmt::format("{} turns what the student hears from {}, and there is no such term", shown(actuator->name),
                                     shown(teacher)),
                         actuator->facts.at("needs") == "term" ? "a term from it to the student"
                                                               : "a term from it to the student whose loss has a temperature");
    if (actuator) {
        const Json full = filledIn(actuator->parameters, reader.normal);
        if (full.contains("minimum") && full.at("minimum") >= full.at("maximum"))
            gap.review().add(reader.pathOf("minimum"), "The range of the actuator is empty", "a minimum below the maximum");
        if (full.at("widen_after") > 0)
            requireWidenable(reader, teacher, kind == names.kinds.end() ? "gpd" : kind->second, knowledge);
    }
    gap.normal["controller"] = reader.finish();
}

}  // namespace

std::string defaultGapTeacher(const std::set<std::string>& teachers) {
    for (const char* name : {"dynamic", "static"})
        if (teachers.contains(name)) return name;
    return teachers.empty() ? "" : *teachers.begin();
}

Json implicitTerm(const std::string& network) {
    return {{"from", "labels"}, {"to", network}, {"loss", labelLoss}};
}

Json readKnowledge(const Json& value, const std::string& path, const TeacherNames& names, Review& review) {
    Json terms = Json::array();
    if (!value.is_array()) {
        review.add(path, fmt::format("{} is not a list", shown(value)), "a list of {\"from\", \"to\", \"loss\", ..}");
        return terms;
    }
    for (size_t i = 0; i < value.size(); ++i) {
        Json term = readTerm(value[i], indexed(path, i), names, review);
        const bool twice = std::ranges::any_of(terms, [&](const Json& other) { return sameTerm(other, term); });
        if (twice)
            review.add(indexed(path, i), "The same source teaches the same network by the same loss twice",
                       "one term, with the sum of the weights");
        terms.push_back(std::move(term));
    }
    for (size_t i = 0; i < terms.size(); ++i)
        if (const std::string group = terms[i].value("drop_group", ""); !group.empty())
            if (std::ranges::count_if(terms, [&](const Json& term) { return term.value("drop_group", "") == group; }) < 2)
                review.add(indexed(path, i) + ".drop_group", fmt::format("Only this term has the drop_group {}", shown(group)),
                           "a name shared by several terms");
    std::vector<std::string> trained(names.trained.begin(), names.trained.end());
    trained.emplace_back("student");
    for (const std::string& network : trained)
        if (const auto implicit = std::ranges::find(terms, implicitTerm(network)); implicit != terms.end()) terms.erase(implicit);
    return terms;
}

Json readGap(const Json& value, const std::string& path, const TeacherNames& names, const Json& knowledge, Review& review) {
    ObjectReader reader(value, path, review);
    if (!value.is_object()) return reader.normal;
    readBetween(reader, names);
    reader.readFields(documentFields("gap"), "gap");
    const std::string measure = reader.normal.value("measure", "accuracy"), on = reader.normal.value("on", "train_batch");
    if (measure == "worst_group" && on != "validation")
        review.add(reader.pathOf("on"), "The gap of the worst group is that of the validation images", "validation");
    readTarget(reader);
    if (const Json* every = reader.find("every"))
        if (auto beat = readBeat(*every, reader.pathOf("every"), gapEpochs(), review); beat && *beat != 0.5)
            reader.normal["every"] = std::move(*beat);
    readController(reader, names, knowledge);
    return reader.finish();
}

}  // namespace gaplab
