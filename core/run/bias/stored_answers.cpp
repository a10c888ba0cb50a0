#include "core/run/bias/stored_answers.h"

#include <algorithm>

#include "core/run/trials.h"

namespace gaplab::bias {
namespace {

constexpr double fullConfidence = 255;

bool areBelow(const std::vector<uint16_t>& classes, int count) {
    return std::ranges::all_of(classes, [count](uint16_t each) { return each < count; });
}

/// A list of lists or of numbers of the data facts, as `Value`; empty where it is not there or something else.
template <typename Value>
Value factOf(const RunRow& run, const char* name) {
    if (!run.dataFacts.is_object() || !run.dataFacts.contains(name)) return {};
    try {
        return run.dataFacts.at(name).get<Value>();
    } catch (const Json::exception&) {
        return {};  // of another program
    }
}

}  // namespace

std::optional<PredictionRecord> storedAnswers(const Store& store, const RunRow& run, const std::string& role,
                                              const std::string& split) {
    return store.predictions(run.id, role, split, bestEpochOf(run));
}

std::vector<int> storedLabels(const Store& store, const RunRow& run, const std::string& split) {
    const auto stored = storedAnswers(store, run, "labels", split);
    return stored ? std::vector<int>(stored->classes.begin(), stored->classes.end()) : std::vector<int>();
}

std::optional<fairness::Answers> answersOf(const Store& store, const RunRow& run, const std::string& role,
                                           const std::string& split, const std::vector<int>& labels, int classes) {
    return answersAt(store, run, role, split, labels, classes, bestEpochOf(run));
}

std::optional<fairness::Answers> answersAt(const Store& store, const RunRow& run, const std::string& role,
                                           const std::string& split, const std::vector<int>& labels, int classes,
                                           std::optional<double> epoch) {
    const auto stored = store.predictions(run.id, role, split, epoch);
    if (!stored || labels.empty() || stored->classes.size() != labels.size() || !areBelow(stored->classes, classes)) return {};
    fairness::Answers answers{.labels = labels, .predictions = {stored->classes.begin(), stored->classes.end()}};
    if (stored->confidences.size() == labels.size())
        for (const uint8_t confidence : stored->confidences)
            answers.confidences.push_back(confidence / fullConfidence);
    return answers;
}

fairness::Groups storedGroups(const Store& store, const RunRow& run, const std::string& split, size_t images) {
    fairness::Groups groups{.names = groupNamesOf(run)};
    const auto stored = storedAnswers(store, run, "groups", split);
    if (groups.names.empty() || !stored || stored->classes.size() != images) return {};
    for (const uint16_t place : stored->classes)
        groups.ofImage.push_back(place < groups.names.size() ? place : -1);
    return groups;
}

std::vector<std::string> classNamesOf(const RunRow& run) {
    return factOf<std::vector<std::string>>(run, "classes");
}

std::vector<std::string> groupNamesOf(const RunRow& run) {
    return factOf<std::vector<std::string>>(run, "groups");
}

std::vector<std::vector<double>> trainingCountsOf(const RunRow& run) {
    const auto counts = factOf<std::vector<std::vector<double>>>(run, "group_counts");
    const size_t groups = groupNamesOf(run).size();
    const bool fits = counts.size() == classNamesOf(run).size() &&
                      std::ranges::all_of(counts, [&](const auto& row) { return row.size() == groups; });
    return fits ? counts : std::vector<std::vector<double>>();
}

std::vector<int64_t> trainingOfClasses(const RunRow& run) {
    const auto counts = factOf<std::vector<int64_t>>(run, "class_counts");
    return counts.size() == classNamesOf(run).size() ? counts : std::vector<int64_t>();
}

}  // namespace gaplab::bias
