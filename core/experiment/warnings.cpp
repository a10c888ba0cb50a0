#include "core/experiment/warnings.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "core/base/names.h"
#include "core/experiment/families.h"
#include "core/experiment/normal.h"

namespace gaplab {
namespace {

/// Where these differ the pictures themselves are others.
constexpr std::array pictureFields = {"seed", "family", "difficulty", "group_skew", "train_images"};
/// Where these differ the same pictures are divided in another way.
constexpr std::array divisionFields = {"train", "test_fraction", "label", "classes"};

Json parameterOf(const DataSpec& data, const char* name) {
    return data.parameters.value(name, Json());
}

bool samePictures(const DataSpec& a, const DataSpec& b) {
    return a.source == b.source && a.path == b.path &&
           std::ranges::all_of(pictureFields, [&](const char* name) { return parameterOf(a, name) == parameterOf(b, name); });
}

bool haveCommonClass(const DataSpec& a, const DataSpec& b) {
    if (a.classes.empty() || b.classes.empty()) return true;
    return std::ranges::any_of(a.classes,
                               [&](const std::string& name) { return std::ranges::find(b.classes, name) != b.classes.end(); });
}

/// The fields by which the stage holds other images back than the experiment.
std::vector<std::string> differingFields(const DataSpec& outer, const DataSpec& stage) {
    std::vector<std::string> fields;
    const auto note = [&](const char* name, bool differs) {
        if (differs && std::ranges::find(fields, name) == fields.end()) fields.emplace_back(name);
    };
    for (const char* name : divisionFields)
        note(name, parameterOf(outer, name) != parameterOf(stage, name));
    note("classes", outer.classes != stage.classes || outer.classCount != stage.classCount);
    note("per_class", outer.perClass != stage.perClass);
    note("limit", outer.limit != stage.limit);
    note("split_seed", outer.splitSeed != stage.splitSeed);
    // A larger share out of the same order holds back all of the smaller one.
    note("validation", stage.validation < outer.validation);
    return fields;
}

void addNeeded(const Experiment& experiment, const std::map<std::string, std::string>& references,
               std::set<std::string>& needed) {
    for (const auto& [role, stage] : references)
        if (needed.insert(stage).second) addNeeded(experiment, stageReferences(experiment.stages.at(stage)), needed);
}

/// Losses that left students of another family below what they are alone.
void warnOfUnlikeFamilies(const Experiment& experiment, const Json& document, const Catalogue& catalogue,
                          std::vector<Problem>& found) {
    for (const Knowledge& term : experiment.knowledge) {
        const double points = catalogue.find(Registry::Loss, term.loss)->facts.value("unlike", 0.0);
        const auto family = [&](const std::string& role) {
            return familyOf(architectureOf(document, role, catalogue), catalogue);
        };
        if (points >= 0 || areAlike(family(term.from), family(term.to))) continue;
        found.push_back(
            {fmt::format("knowledge[{}].loss", term.place),
             fmt::format("{} ({}) and {} ({}) are of unlike families; from {} the loss {} cost the student {:.1f} points "
                         "against learning alone",
                         term.from, family(term.from), term.to, family(term.to), unlikeRecordPair, term.loss, -points),
             fmt::format("another loss (points that they brought there: {})", unlikeRecordText(catalogue))});
    }
}

}  // namespace

std::vector<Problem> warnings(const Json& document, const Catalogue& catalogue) {
    const Experiment experiment = parseExperiment(document, catalogue);
    std::set<std::string> needed;
    addNeeded(experiment, stageReferences(document), needed);
    std::vector<Problem> found;
    for (const std::string& name : needed) {
        const DataSpec data = dataFromForm(experiment.stages.at(name).at("data"), catalogue);
        if (!samePictures(experiment.data, data) || !haveCommonClass(experiment.data, data)) continue;
        const std::vector<std::string> fields = differingFields(experiment.data, data);
        if (fields.empty()) continue;
        found.push_back({fmt::format("stages.{}.data.{}", name, fields.front()),
                         fmt::format("The stage \"{}\" is trained on images that the experiment validates on, because its data "
                                     "differ in {}: validation accuracy will look better than it is",
                                     name, join(fields)),
                         "the experiment's own values, or other images"});
    }
    warnOfUnlikeFamilies(experiment, document, catalogue, found);
    return found;
}

}  // namespace gaplab
