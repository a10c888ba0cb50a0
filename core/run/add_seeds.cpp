#include "core/run/add_seeds.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/base/names.h"

namespace gaplab {
namespace {

void requireDecidable(const TrialComparison& comparison) {
    if (comparison.trials.size() < 2)
        throw inputError("There is nothing to decide with one trial", "Name at least two trials, or a run of each.");
    if (!comparison.notComparable.empty())
        throw inputError("No further seed can decide: " + join(comparison.notComparable, "; "),
                         "Compare trials on the same data with the same split.");
    for (const TrialFigures& trial : comparison.trials)
        if (!trial.runs.empty() && trial.testAtBest.n == 0)
            throw inputError(fmt::format("No further seed can decide: the runs of {} have no test accuracy", trial.label),
                             "Use data with a test set.");
}

/// Of each seed of any trial: how many trials have it.
std::map<uint64_t, size_t> holders(const TrialComparison& comparison) {
    std::map<uint64_t, size_t> counts;
    for (const TrialFigures& trial : comparison.trials)
        for (const uint64_t seed : trial.seeds)
            ++counts[seed];
    return counts;
}

/// `count` seeds for all trials, so that as few runs as possible are missing.
std::set<uint64_t> chooseSeeds(const TrialComparison& comparison, size_t count) {
    std::vector<std::pair<size_t, uint64_t>> candidates;  // held by fewer trials come later
    const auto held = holders(comparison);
    candidates.reserve(held.size() + count);
    for (const auto& [seed, trials] : held)
        candidates.emplace_back(comparison.trials.size() - trials, seed);
    for (uint64_t seed = 0; candidates.size() < held.size() + count; ++seed)
        if (!held.contains(seed)) candidates.emplace_back(comparison.trials.size(), seed);
    std::ranges::sort(candidates);
    std::set<uint64_t> chosen;
    for (size_t i = 0; i < count; ++i)
        chosen.insert(candidates[i].second);
    return chosen;
}

std::vector<MissingSeeds> missingSeeds(const TrialComparison& comparison, size_t count) {
    const std::set<uint64_t> wanted = chooseSeeds(comparison, count);
    std::vector<MissingSeeds> missing;
    for (const TrialFigures& trial : comparison.trials) {
        MissingSeeds lacks{trial.trial, trial.document, {}};
        for (const uint64_t seed : wanted)
            if (std::ranges::find(trial.seeds, seed) == trial.seeds.end()) lacks.seeds.push_back(seed);
        if (!lacks.seeds.empty()) missing.push_back(std::move(lacks));
    }
    return missing;
}

}  // namespace

void SeedPlan::requireSensible() const {
    std::vector<Problem> problems;
    if (cap < 2 || cap > 1000)
        problems.push_back({"cap", fmt::format("{} is no cap that seeds could decide under", cap), "2 to 1000"});
    if (looks < 1 || looks >= std::max<int64_t>(cap, 2))
        problems.push_back({"looks", fmt::format("{} is no number of looks at {} seeds a trial", looks, cap),
                            "at least 1, fewer than the cap: the first look needs two seeds"});
    if (!problems.empty()) throw Error(Fault::Input, "Seeds cannot be added that way", "", problems);
}

int64_t SeedPlan::seedsAtLook(int64_t look) const {
    return std::max<int64_t>(2, (cap * look + looks - 1) / looks);
}

SeedStep nextSeeds(const TrialComparison& comparison, const SeedPlan& plan) {
    plan.requireSensible();
    requireDecidable(comparison);
    SeedStep step;
    step.seeds =
        std::ranges::count_if(holders(comparison), [&](const auto& held) { return held.second == comparison.trials.size(); });
    step.isLook = step.seeds >= plan.seedsAtLook(1);
    step.decided = step.isLook && std::ranges::all_of(comparison.trials, [](const TrialFigures& trial) {
                       return !trial.delta || trial.delta->verdict != Verdict::CannotTell;
                   });
    if (step.decided) return step;
    for (int64_t look = 1; look <= plan.looks && step.next.empty(); ++look)
        if (plan.seedsAtLook(look) > step.seeds)
            step.next = missingSeeds(comparison, static_cast<size_t>(plan.seedsAtLook(look)));
    return step;
}

}  // namespace gaplab
