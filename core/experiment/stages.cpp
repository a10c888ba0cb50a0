#include <algorithm>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "core/base/names.h"
#include "core/experiment/families.h"
#include "core/experiment/normal.h"

namespace gaplab {
namespace {

std::string stageOf(const Json& reference) {
    if (!reference.is_object() || !reference.contains("stage") || !reference.at("stage").is_string()) return {};
    return reference.at("stage").get<std::string>();
}

std::vector<std::string> namesOf(const Json& stages) {
    std::vector<std::string> names;
    for (const auto& [name, stage] : stages.items())
        names.push_back(name);
    return names;
}

class StageCheck {
public:
    StageCheck(const Json& stages, Review& review) : stages_(stages), names_(namesOf(stages)), review_(review) {}

    void checkExperiment(const Json& form, const std::string& prefix) {
        if (form.contains("student")) checkWeights(form.at("student"), prefix + "student.weights");
        for (const auto& [name, teacher] : objectAt(form, "teachers").items())
            checkWeights(teacher, prefix + "teachers." + name + ".weights");
        if (form.contains("baseline")) checkExists(stageOf(form.at("baseline")), prefix + "baseline.stage");
        const Json also = objectAt(form, "evaluation").value("also", Json::array());
        for (size_t i = 0; i < also.size(); ++i) {
            const std::string path = indexed(prefix + "evaluation.also", i) + ".stage";
            if (checkExists(stageOf(also[i]), path) && !prefix.empty())
                review_.add(path, "A stage has no stages of its own", "\"data\", given here");
        }
    }

    void checkCircles() {
        for (const std::string& name : names_)
            follow(name, {});
    }

private:
    bool checkExists(const std::string& stage, const std::string& path) {
        if (stage.empty() || stages_.contains(stage)) return !stage.empty();
        review_.add(path, fmt::format("There is no stage {}{}", shown(stage), didYouMean(stage, names_)),
                    names_.empty() ? "a name under \"stages\", which has none" : join(names_));
        return false;
    }

    void checkWeights(const Json& network, const std::string& path) {
        const Json weights = network.value("weights", Json());
        const std::string stage = stageOf(weights);
        if (!checkExists(stage, path + ".stage")) return;
        const Json student = stages_.at(stage).value("student", Json::object());
        if (!weights.value("partial", false) && student.contains("architecture") && network.contains("architecture") &&
            plainNetwork(student) != plainNetwork(network))
            review_.add(path + ".stage",
                        fmt::format("The stage \"{}\" trains another network ({}) than the one that starts from it ({})", stage,
                                    student.at("architecture").get<std::string>(), network.at("architecture").get<std::string>()),
                        "a stage whose student has the same architecture and parameters, or \"partial\": true");
        checkEpoch(weights, stage, path + ".epoch");
    }

    void checkEpoch(const Json& weights, const std::string& stage, const std::string& path) {
        const Json epoch = weights.value("epoch", Json());
        if (!epoch.is_number()) return;
        const Json kept = stages_.at(stage).value("training", Json::object()).value("keep_epochs", Json::array());
        if (std::ranges::find(kept, epoch) == kept.end())
            review_.add(path, fmt::format("The stage \"{}\" does not keep epoch {}", stage, shown(epoch)),
                        fmt::format("\"best\", \"last\", or an epoch in stages.{}.training.keep_epochs", stage));
    }

    /// Depth first; a circle is reported once, at the stage that closes it.
    void follow(const std::string& name, std::vector<std::string> way) {
        if (done_[name] || !stages_.contains(name)) return;
        if (const auto begin = std::ranges::find(way, name); begin != way.end()) {
            const std::vector<std::string> circle(begin, way.end());
            review_.add("stages." + name,
                        fmt::format("Stages refer to each other in a circle: {} -> {}", join(circle, " -> "), name),
                        "stages that can be made one after the other");
            for (const std::string& member : circle)
                done_[member] = true;
            return;
        }
        way.push_back(name);
        for (const auto& [role, stage] : stageReferences(stages_.at(name)))
            follow(stage, way);
        done_[name] = true;
    }

    const Json& stages_;
    std::vector<std::string> names_;
    Review& review_;
    std::map<std::string, bool> done_;
};

}  // namespace

const Json& objectAt(const Json& holder, const std::string& key) {
    static const Json none = Json::object();
    const auto found = holder.find(key);
    return found != holder.end() && found->is_object() ? *found : none;
}

std::map<std::string, std::string> stageReferences(const Json& document) {
    std::map<std::string, std::string> references;
    const auto note = [&](const std::string& role, const Json& reference) {
        if (const std::string stage = stageOf(reference); !stage.empty()) references[role] = stage;
    };
    note("student", document.value("student", Json::object()).value("weights", Json()));
    for (const auto& [name, teacher] : objectAt(document, "teachers").items())
        note(name, teacher.value("weights", Json()));
    note("baseline", document.value("baseline", Json()));
    return references;
}

Json withStageData(Json document) {
    if (!document.is_object() || !document.contains("data")) return document;
    const Json data = document.at("data");
    if (const auto stages = document.find("stages"); stages != document.end() && stages->is_object())
        for (auto& [name, stage] : stages->items())
            if (stage.is_object() && !stage.contains("data")) stage["data"] = data;
    return document;
}

void checkStages(const Json& form, Review& review) {
    const Json stages = form.value("stages", Json::object());
    StageCheck check(stages, review);
    check.checkExperiment(form, "");
    for (const auto& [name, stage] : stages.items())
        check.checkExperiment(stage, "stages." + name + ".");
    check.checkCircles();
}

}  // namespace gaplab
