#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/experiment/normal.h"

namespace gaplab {
namespace {

const Parameter& milestone() {
    static const Parameter declared = [] {
        Parameter parameter = realParameter("milestone", 1.0, 0.0, 100'000.0, "Epoch at which the rate falls");
        parameter.minimumExcluded = true;
        return parameter;
    }();
    return declared;
}

const Parameter& keptEpoch() {
    static const Parameter declared = integerParameter("epoch", 1, 1, 100'000, "Epoch whose weights are kept");
    return declared;
}

const Parameter& countOf(const std::string& unit) {
    static const Parameter epochs = integerParameter("every", 1, 1, 100'000, "Epochs between evaluations");
    static const Parameter steps = integerParameter("every", 1, 1, 1'000'000'000, "Steps between evaluations");
    return unit == "steps" ? steps : epochs;
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

/// "N steps", "N epochs": the number and its unit; nothing if it is not that.
std::optional<std::pair<Json, std::string>> parseEvery(const Json& value) {
    if (value.is_number()) return std::pair(value, std::string("epochs"));
    if (!value.is_string()) return {};
    const std::string text = value.get<std::string>();
    if (text == "epoch") return std::pair(Json(1), std::string("epochs"));
    int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    std::string unit(end, text.data() + text.size());
    unit.erase(0, unit.find_first_not_of(' '));
    if (count == 1 && (unit == "step" || unit == "epoch")) unit += "s";
    if (error != std::errc() || (unit != "steps" && unit != "epochs")) return {};
    return std::pair(Json(count), unit);
}

}  // namespace

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
    if (const Json* every = reader.find("every")) {
        const auto parsed = parseEvery(*every);
        if (!parsed) {
            review.add(reader.pathOf("every"), fmt::format("{} is not a beat", shown(*every)),
                       "\"epoch\", a number of epochs, or a text like \"200 steps\"");
        } else if (const auto count = checkedValue(countOf(parsed->second), parsed->first, reader.pathOf("every"), review)) {
            if (parsed->second == "steps") reader.normal["every"] = fmt::format("{} steps", count->get<int64_t>());
            if (parsed->second == "epochs" && *count != 1) reader.normal["every"] = *count;
        }
    }
    reader.refusePlanned("evaluation");
    return reader.finish();
}

}  // namespace gaplab
