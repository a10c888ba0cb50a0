#include <map>
#include <set>

#include <fmt/format.h>

#include "core/experiment/families.h"
#include "core/experiment/normal.h"

namespace gaplab {
namespace {

std::string nameOf(const Json& document) {
    return document.value("name", std::string());
}

/// "resnet20 (teacher static of NAME)"
std::string servingName(const Json& architecture, const std::string& part, const std::string& name) {
    return fmt::format("{} ({}{})", architecture.get<std::string>(), part, name.empty() ? "" : " of " + name);
}

/// Adds the named stage, and the stages that it needs, to `chosen`.
void addWithNeeds(const Json& all, const std::string& name, Json& chosen) {
    if (chosen.contains(name)) return;
    chosen[name] = all.at(name);
    for (const auto& [role, needed] : stageReferences(all.at(name)))
        addWithNeeds(all, needed, chosen);
}

class Planner {
public:
    Planner(const Catalogue& catalogue, std::string title) : catalogue_(catalogue), title_(std::move(title)) {}

    /// Plans an experiment with all its seeds; the places of its own runs in the plan, in the order of the seeds.
    std::vector<size_t> addExperiment(const Json& document, const std::string& stage) {
        const Json stages = document.value("stages", Json::object());
        std::map<std::string, std::vector<size_t>> runsOfStage;
        for (const auto& [name, inner] : stages.items())
            runsOfStage[name] = addExperiment(stageDocument(document, name), name);
        const Experiment experiment = parseExperiment(document, catalogue_);
        std::vector<std::map<std::string, size_t>> needs;
        for (size_t i = 0; i < experiment.seeds.size(); ++i) {
            needs.push_back(addTeachers(document, experiment, experiment.seeds[i]));
            for (const auto& [role, name] : stageReferences(document)) {
                const std::vector<size_t>& runs = runsOfStage.at(name);
                needs.back()[role] = runs[i % runs.size()];  // repeats are paired by their place in the list of seeds
            }
        }
        std::vector<size_t> places;
        for (size_t i = 0; i < experiment.seeds.size(); ++i)
            places.push_back(addRun(document, experiment.seeds[i], stage, needs[i]));
        return places;
    }

    std::vector<PlannedRun> plan;

private:
    std::map<std::string, size_t> addTeachers(const Json& document, const Experiment& experiment, uint64_t seed) {
        std::map<std::string, size_t> places;
        for (const Teacher& teacher : experiment.teachers)
            if (teacher.network.weights.kind == Weights::Kind::Train)
                places[teacher.name] = addExperiment(teacherStage(document, teacher.name, seed), teacher.name).front();
        return places;
    }

    /// A stage as an experiment of its own, with the stages it refers to.
    Json stageDocument(const Json& outer, const std::string& name) const {
        const Json& all = outer.at("stages");
        Json document = all.at(name);
        if (nameOf(document).empty())
            document["name"] = servingName(document.at("student").at("architecture"), "stage " + name, title_);
        Json needed = Json::object();
        for (const auto& [role, stage] : stageReferences(document))
            addWithNeeds(all, stage, needed);
        if (!needed.empty()) document["stages"] = std::move(needed);
        return document;
    }

    /// The place of the run in the plan; a stage that is planned already is not planned again.
    size_t addRun(const Json& document, uint64_t seed, const std::string& stage, const std::map<std::string, size_t>& needs) {
        Json one = document;
        one["seeds"] = {seed};
        if (stage.empty()) {
            plan.push_back({std::move(one), seed, stage, needs});
            return plan.size() - 1;
        }
        Json form = canonicalForm(one, catalogue_);
        for (const char* cosmetic : {"name", "notes"})
            form.erase(cosmetic);
        const auto [place, fresh] = made_.try_emplace(form.dump() + Json(needs).dump(), plan.size());
        if (fresh) plan.push_back({std::move(one), seed, stage, needs});
        return place->second;
    }

    const Catalogue& catalogue_;
    std::string title_;  ///< name of the whole experiment
    std::map<std::string, size_t> made_;
};

}  // namespace

Json teacherStage(const Json& outer, const std::string& teacherName, uint64_t outerSeed) {
    const Json& teacher = outer.at("teachers").at(teacherName);
    Json stage = {{"name", servingName(teacher.at("architecture"), "teacher " + teacherName, nameOf(outer))},
                  {"student", plainNetwork(teacher)}};
    for (const char* key : {"schema", "data", "evaluation"})
        if (outer.contains(key)) stage[key] = outer.at(key);
    stage["training"] = mergedTraining(outer.value("training", Json::object()), teacher.value("training", Json::object()));
    if (teacher.contains("anchors")) {  // a kept epoch that is an anchor too is kept once
        std::set<int64_t> kept = stage["training"].value("keep_epochs", std::set<int64_t>{});
        kept.merge(teacher.at("anchors").get<std::set<int64_t>>());
        stage["training"]["keep_epochs"] = kept;
    }
    const Json seed = teacher.value("seed", Json(0));
    stage["seeds"] = Json::array({seed == "same" ? Json(outerSeed) : seed});
    return stage;
}

std::vector<PlannedRun> planRuns(const Json& document, const Catalogue& catalogue) {
    canonicalForm(document, catalogue);  // throws if anything is wrong with it, circles of stages included
    Planner planner(catalogue, nameOf(document));
    planner.addExperiment(withStageData(document), "");
    return std::move(planner.plan);
}

}  // namespace gaplab
