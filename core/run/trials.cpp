#include "core/run/trials.h"

#include <set>

#include <fmt/format.h>

namespace gaplab {
namespace {

constexpr size_t shortestTrialPrefix = 6;

}  // namespace

std::string trialNamed(const Store& store, const std::string& name) {
    if (name.size() >= shortestTrialPrefix)
        if (const auto runs = store.runsOfTrial(name); !runs.empty()) return runs.front().trial;
    return store.run(name).trial;
}

std::vector<RunRow> runsThatCount(const Store& store, const std::string& trial) {
    std::vector<RunRow> runs = store.runsOfTrial(trial);
    if (runs.empty())
        throw inputError("Every run of the trial " + trial.substr(0, 12) + " is in the trash", "Restore one of them first.");
    return runs;
}

std::map<uint64_t, const RunRow*> finishedBySeed(const std::vector<RunRow>& runs, std::vector<std::string>& warnings) {
    std::map<uint64_t, const RunRow*> finished;
    int64_t unfinished = 0;
    std::set<uint64_t> repeated;
    for (const RunRow& run : runs) {
        if (run.state != RunState::Finished)
            ++unfinished;
        else if (!finished.insert_or_assign(run.seed, &run).second)
            repeated.insert(run.seed);
    }
    if (unfinished > 0)
        warnings.push_back(
            fmt::format("{} not finished: left out", unfinished == 1 ? "1 run" : fmt::format("{} runs", unfinished)));
    for (const uint64_t seed : repeated)
        warnings.push_back(fmt::format("seed {} was run more than once: the latest run counts", seed));
    return finished;
}

std::string gapTeacher(const RunRow& run) {
    const Json gap = run.document.value("gap", Json::object());
    if (gap.contains("between") && gap["between"].is_array() && !gap["between"].empty())
        return gap["between"][0].get<std::string>();
    const Json teachers = run.document.value("teachers", Json::object());
    for (const auto& [name, teacher] : teachers.items())  // one that grows out of the student comes first, whatever its name
        if (teacher.is_object() && teacher.value("kind", Json()) == "gpd") return name;
    return teachers.empty() ? std::string() : teachers.begin().key();
}

std::optional<double> bestEpochOf(const RunRow& run) {
    const SeriesSummary* accuracy = run.find("student/validation/accuracy");
    return accuracy && accuracy->count > accuracy->nanCount ? std::optional(accuracy->maximum.epoch) : std::nullopt;
}

}  // namespace gaplab
