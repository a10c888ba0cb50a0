#include <algorithm>

#include <fmt/format.h>

#include "core/base/names.h"
#include "core/base/text.h"
#include "core/experiment/normal.h"
#include "core/experiment/vocabulary.h"

namespace gaplab {
namespace {

const Parameter& runSeed() {
    static const Parameter declared = integerParameter("seed", 0, 0, 9007199254740991, "Seed of one run");
    return declared;
}

void readSchema(ObjectReader& reader) {
    const Json* schema = reader.find("schema");
    if (schema && *schema != 1) {
        if (schema->is_number_integer() && *schema > 1)
            return refuseAsPlanned(reader.pathOf("schema"), "schema " + shown(*schema), {"1"}, reader.review());
        return reader.review().add(reader.pathOf("schema"), fmt::format("{} is not a schema of experiments", shown(*schema)),
                                   "1");
    }
    reader.normal["schema"] = 1;
}

void readSeeds(ObjectReader& reader) {
    const Json* value = reader.find("seeds");
    if (!value) return;
    const std::string path = reader.pathOf("seeds"), allowed = "a list of distinct whole numbers from 0, e.g. [0, 1, 2]";
    if (!value->is_array() || value->empty())
        return reader.review().add(path, fmt::format("{} is not a list of seeds", shown(*value)), allowed);
    std::vector<Json> seeds;
    for (size_t i = 0; i < value->size(); ++i) {
        const auto seed = checkedValue(runSeed(), (*value)[i], indexed(path, i), reader.review());
        if (!seed) continue;
        if (std::ranges::find(seeds, *seed) != seeds.end())
            reader.review().add(indexed(path, i), fmt::format("The seed {} is given twice", shown(*seed)), allowed);
        seeds.push_back(*seed);
    }
    if (seeds != std::vector<Json>{0}) reader.normal["seeds"] = seeds;
}

/// Keeps a part that says anything.
void keep(ObjectReader& reader, const std::string& key, Json form) {
    if (!form.is_null() && !form.empty()) reader.normal[key] = std::move(form);
}

void requirePart(ObjectReader& reader, const std::string& key, Json (*read)(const Json&, const std::string&, Review&)) {
    if (const Json* value = reader.find(key))
        keep(reader, key, read(*value, reader.pathOf(key), reader.review()));
    else
        reader.review().add(reader.pathOf(key), fmt::format("\"{}\" is missing", key), "an object: {..}");
}

/// Teachers and what refers to them.
void readTeaching(ObjectReader& reader, const OuterTraining& training) {
    TeacherNames names;
    Review& review = reader.review();
    if (const Json* teachers = reader.find("teachers"))
        keep(reader, "teachers", readTeachers(*teachers, reader.pathOf("teachers"), training, names, review));
    if (const Json* knowledge = reader.find("knowledge"))
        keep(reader, "knowledge", readKnowledge(*knowledge, reader.pathOf("knowledge"), names, review));
    if (const Json* mitigations = reader.find("mitigations"))
        keep(
            reader, "mitigations",
            readMitigations(*mitigations, reader.pathOf("mitigations"), reader.normal.value("knowledge", Json::array()), review));
    if (const Json* gap = reader.find("gap"); gap && !gap->is_null())
        keep(reader, "gap", readGap(*gap, reader.pathOf("gap"), names, reader.normal.value("knowledge", Json::array()), review));
}

/// Read before the teachers, which start from it; its problems come at its place in the document.
OuterTraining readOuterTraining(ObjectReader& reader) {
    const Json* written = reader.find("training");
    if (!written) return {};
    Review review{reader.review().catalogue};
    Json form = readTraining(*written, reader.pathOf("training"), review);
    return {written->is_object() ? *written : Json::object(), std::move(form), std::move(review.problems)};
}

/// What needs weights to start from, or images held out for feedback.
void checkTransfer(ObjectReader& reader) {
    Review& review = reader.review();
    const Json& form = reader.normal;
    if (objectAt(form, "training").contains("l2_sp") && !objectAt(form, "student").contains("weights"))
        review.add(reader.pathOf("training.l2_sp"), "The student starts from nothing that it could be pulled to",
                   "0, or student.weights");
    const Json& controller = objectAt(objectAt(form, "gap"), "controller");
    const Member* actuator = review.catalogue.find(Registry::Actuator, controller.value("actuator", ""));
    const bool widens = actuator && filledIn(actuator->parameters, controller).value("widen_after", 0) > 0;
    if (objectAt(form, "training").contains("l2_sp") && widens)
        review.add(reader.pathOf("training.l2_sp"), "A teacher that is widened leaves what the student could be pulled to",
                   "0, or gap.controller.widen_after 0");
    for (const auto& [name, teacher] : objectAt(form, "teachers").items()) {
        const Member* kind = review.catalogue.find(Registry::TeacherKind, teacher.value("kind", "static"));
        if (kind && kind->facts.value("feedback", false) && !objectAt(form, "data").contains("feedback"))
            review.add(reader.pathOf("teachers." + name + ".kind"),
                       "This teacher learns from images that nothing else learns from", "data.feedback above 0, e.g. 0.1");
    }
}

/// An experiment but for its stages.
void readParts(ObjectReader& reader) {
    readSchema(reader);
    reader.readFields(documentFields(""));
    requirePart(reader, "data", readData);
    requirePart(reader, "student", readStudent);
    const OuterTraining training = readOuterTraining(reader);
    readTeaching(reader, training);
    if (const Json* baseline = reader.find("baseline"))
        keep(reader, "baseline", readBaseline(*baseline, reader.pathOf("baseline"), reader.review()));
    reader.refusePlanned("");
    if (const Json* evaluation = reader.find("evaluation"))
        keep(reader, "evaluation", readEvaluation(*evaluation, reader.pathOf("evaluation"), reader.review()));
    std::ranges::copy(training.problems, std::back_inserter(reader.review().problems));
    keep(reader, "training", training.form);
    readSeeds(reader);
    checkTransfer(reader);
}

Json readStage(const Json& value, const std::string& path, Review& review) {
    ObjectReader reader(value, path, review);
    if (!value.is_object()) return reader.normal;
    if (reader.find("stages"))
        review.add(reader.pathOf("stages"), "A stage has no stages of its own",
                   "stages are named side by side and refer to each other by name");
    readParts(reader);
    return reader.finish();
}

void readStages(ObjectReader& reader) {
    const Json* stages = reader.find("stages");
    if (!stages) return;
    const std::string path = reader.pathOf("stages");
    if (!stages->is_object())
        return reader.review().add(path, fmt::format("{} is not an object", shown(*stages)),
                                   "an object: {NAME: an experiment, ..}");
    Json forms = Json::object();
    for (const auto& [name, stage] : stages->items()) {
        const std::string stagePath = path + "." + name;
        if (!isIdentifier(name))
            reader.review().add(stagePath, fmt::format("A stage cannot be called {}", shown(name)),
                                "letters, digits and _, not beginning with a digit");
        forms[name] = readStage(stage, stagePath, reader.review());
    }
    keep(reader, "stages", std::move(forms));
}

}  // namespace

Json readDocument(const Json& written, Review& review) {
    const Json document = withStageData(written);
    if (!isUtf8(document)) {
        review.add("", "The document holds text that is not UTF-8", "UTF-8 throughout");
        return Json::object();
    }
    ObjectReader reader(document, "", review);
    if (!document.is_object()) return reader.normal;
    readStages(reader);
    readParts(reader);
    Json form = reader.finish();
    checkStages(form, review);
    // What is wrong with data that a stage only takes over is said once, of the experiment.
    const Json& stages = objectAt(written, "stages");
    for (const auto& [name, stage] : stages.items())
        if (stage.is_object() && !stage.contains("data"))
            std::erase_if(review.problems, [path = "stages." + name + ".data"](const Problem& problem) {
                return problem.path == path || problem.path.starts_with(path + ".");
            });
    return form;
}

}  // namespace gaplab
