#include <algorithm>

#include <fmt/format.h>

#include "core/base/names.h"
#include "core/experiment/normal.h"

namespace gaplab {
namespace {

const Parameter& milestone() {
    static const Parameter declared =
        aboveMinimum(realParameter("milestone", 1.0, 0.0, 100'000.0, "Epoch at which the rate falls"));
    return declared;
}

const Parameter& keptEpoch() {
    static const Parameter declared = integerParameter("epoch", 1, 1, 100'000, "Epoch whose weights are kept");
    return declared;
}

const Parameter& evaluationEpochs() {
    static const Parameter declared = integerParameter("every", 1, 1, 100'000, "Epochs between evaluations");
    return declared;
}

/// A list of values of one kind; nothing, and problems, if it is not that.
std::optional<std::vector<Json>> readList(const Json& value, const std::string& path, const Parameter& element, Review& review) {
    if (!value.is_array()) {
        review.add(path, fmt::format("{} is not a list", shown(value)), "a list, each element " + allowedValues(element));
        return {};
    }
    std::vector<Json> list;
    for (size_t i = 0; i < value.size(); ++i)
        if (auto checked = checkedValue(element, value[i], indexed(path, i), review)) list.push_back(std::move(*checked));
    if (list.size() != value.size()) return {};
    return list;
}

void readMilestones(ObjectReader& schedule) {
    const std::string path = schedule.pathOf("milestones");
    const Json* value = schedule.find("milestones");
    if (!value)
        return schedule.review().add(path, "The schedule \"step\" needs its milestones", "a list of epochs, e.g. [15, 22]");
    const auto list = readList(*value, path, milestone(), schedule.review());
    if (!list) return;
    if (list->empty()) schedule.review().add(path, "The list of milestones is empty", "a list of epochs, e.g. [15, 22]");
    if (std::ranges::adjacent_find(*list, std::greater_equal<>()) != list->end())
        schedule.review().add(path, fmt::format("The milestones {} do not ascend", shown(*value)),
                              "epochs in ascending order, each once");
    schedule.normal["milestones"] = *list;
}

void readOptimizer(ObjectReader& training) {
    const Json* value = training.find("optimizer");
    if (!value) return;
    ObjectReader reader(*value, training.pathOf("optimizer"), training.review());
    reader.readMember("kind", Registry::Optimizer, defaultOptimizer);
    if (Json form = reader.finish(); !form.empty()) training.normal["optimizer"] = std::move(form);
}

void readSchedule(ObjectReader& training) {
    const Json* value = training.find("schedule");
    if (!value) return;
    ObjectReader reader(*value, training.pathOf("schedule"), training.review());
    const Member* member = reader.readMember("kind", Registry::Schedule, defaultSchedule);
    if (member && member->name == "step") readMilestones(reader);
    if (Json form = reader.finish(); !form.empty()) training.normal["schedule"] = std::move(form);
}

void readKeptEpochs(ObjectReader& training) {
    const Json* value = training.find("keep_epochs");
    if (!value) return;
    const std::string path = training.pathOf("keep_epochs");
    auto list = readList(*value, path, keptEpoch(), training.review());
    if (!list) return;
    const auto epochs = filledIn(documentFields("training"), training.normal).at("epochs").get<int64_t>();
    for (size_t i = 0; i < list->size(); ++i)
        if ((*list)[i].get<int64_t>() > epochs)
            training.review().add(indexed(path, i), fmt::format("Epoch {} is beyond the end of training", shown((*list)[i])),
                                  fmt::format("1 to {} (training.epochs)", epochs));
    std::ranges::sort(*list);
    list->erase(std::ranges::unique(*list).begin(), list->end());
    if (!list->empty()) training.normal["keep_epochs"] = *list;
}

/// Names of measures, each once, in alphabetical order.
void readMeasures(ObjectReader& evaluation) {
    const Json* value = evaluation.find("measures");
    if (!value) return;
    const std::string path = evaluation.pathOf("measures");
    const std::vector<std::string> known = evaluation.review().catalogue.names(Registry::Measure, true);
    const auto names = readNames(*value, path, "measures: " + join(known), evaluation.review());
    if (!names) return;
    std::set<std::string> chosen;
    for (size_t i = 0; i < names->size(); ++i) {
        if (std::ranges::find(known, (*names)[i]) == known.end())
            evaluation.review().add(indexed(path, i),
                                    fmt::format("There is no measure \"{}\"{}", (*names)[i], didYouMean((*names)[i], known)),
                                    join(known));
        chosen.insert((*names)[i]);
    }
    if (chosen != usualMeasures(evaluation.review().catalogue)) evaluation.normal["measures"] = chosen;
}

/// Other data sets that the student is evaluated on: [{"name", "stage" or "data"}, ..].
void readAlso(ObjectReader& evaluation) {
    const Json* value = evaluation.find("also");
    if (!value) return;
    Review& review = evaluation.review();
    const std::string path = evaluation.pathOf("also"),
                      allowed = "a list of {\"name\": name, \"stage\": name of a stage} or {\"name\": name, \"data\": {..}}";
    if (!value->is_array()) return review.add(path, fmt::format("{} is not a list", shown(*value)), allowed);
    Json list = Json::array();
    std::set<std::string> names = {"train", "validation", "test"};
    for (size_t i = 0; i < value->size(); ++i) {
        ObjectReader reader((*value)[i], indexed(path, i), review);
        const Json* name = reader.find("name");
        if (!name || !name->is_string() || !isIdentifier(name->get<std::string>()) || !names.insert(*name).second)
            review.add(reader.pathOf("name"), fmt::format("{} is no name for a data set here", name ? shown(*name) : "Nothing"),
                       "letters, digits and _, not beginning with a digit, each once; not train, validation, test");
        else
            reader.normal["name"] = *name;
        const Json *stage = reader.find("stage"), *data = reader.find("data");
        if ((stage == nullptr) == (data == nullptr))
            review.add(indexed(path, i), "The data set is to be that of a stage, or given here", allowed);
        else if (data)
            reader.normal["data"] = readData(*data, reader.pathOf("data"), review);
        else if (stage->is_string())
            reader.normal["stage"] = *stage;
        else
            review.add(reader.pathOf("stage"), fmt::format("{} is not the name of a stage", shown(*stage)),
                       "a name under \"stages\"");
        list.push_back(reader.finish());
    }
    if (!list.empty()) evaluation.normal["also"] = std::move(list);
}

}  // namespace

std::set<std::string> usualMeasures(const Catalogue& catalogue) {
    std::set<std::string> usual;
    for (const Member& measure : catalogue.members(Registry::Measure))
        if (measure.available && !measure.facts.value("on_request", false)) usual.insert(measure.name);
    return usual;
}

Json readTraining(const Json& value, const std::string& path, Review& review) {
    ObjectReader reader(value, path, review);
    reader.readFields(documentFields("training"), "training");
    readOptimizer(reader);
    readSchedule(reader);
    readKeptEpochs(reader);
    return reader.finish();
}

Json readEvaluation(const Json& value, const std::string& path, Review& review) {
    ObjectReader reader(value, path, review);
    if (const Json* every = reader.find("every"))
        if (auto beat = readBeat(*every, reader.pathOf("every"), evaluationEpochs(), review); beat && *beat != 1)
            reader.normal["every"] = std::move(*beat);
    for (const Parameter& field : documentFields("evaluation"))
        if (field.name != "every") reader.readField(field);  // that one is no plain value
    readMeasures(reader);
    readAlso(reader);
    reader.refusePlanned("evaluation");
    return reader.finish();
}

}  // namespace gaplab
