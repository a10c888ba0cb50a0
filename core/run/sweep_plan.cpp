#include "core/run/sweep_plan.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/run/inspect.h"

namespace gaplab {
namespace {

/// Counts the bytes of documents that train the same networks once.
class DiskUse {
public:
    explicit DiskUse(const Catalogue& catalogue) : catalogue_(catalogue) {}

    int64_t bytesOf(const Json& document) {
        Json form = canonicalForm(document, catalogue_);
        for (const char* key : {"name", "notes", "seeds", "stages", "knowledge", "gap", "evaluation", "baseline"})
            form.erase(key);
        const auto [known, fresh] = bytes_.try_emplace(form.dump(), 0);
        if (fresh) known->second = checkpointBytes(document, catalogue_);
        return known->second;
    }

private:
    const Catalogue& catalogue_;
    std::map<std::string, int64_t> bytes_;
};

size_t seedsOf(const Json& document) {
    return document.contains("seeds") ? document.at("seeds").size() : 1;
}

/// All runs of the experiments on an empty store: stages that several of them share count once.
int64_t bytesOfAll(const std::vector<Json>& documents, DiskUse& disk, const Catalogue& catalogue) {
    int64_t total = 0;
    std::set<std::pair<std::string, uint64_t>> stages;
    for (const Json& document : documents)
        for (const PlannedRun& planned : planRuns(document, catalogue)) {
            const bool shared =
                !planned.stage.empty() && !stages.emplace(trialIdentity(planned.document, catalogue, {}), planned.seed).second;
            if (!shared) total += disk.bytesOf(planned.document);
        }
    return total;
}

}  // namespace

bool SweepPlan::isValid() const {
    return problems.empty() &&
           std::ranges::all_of(members, [](const PlannedMember& member) { return member.reviewed.problems.empty(); });
}

int64_t checkpointBytes(const Json& document, const Catalogue& catalogue) {
    const Experiment experiment = parseExperiment(document, catalogue);
    const Json networks = inspect(document, {.data = false, .time = false}).networks;
    const Json& student = networks.at("student");
    int64_t trained = student.value("training_parameters", student.at("parameters").get<int64_t>());
    for (const Teacher& teacher : experiment.teachers)
        if (teacher.apart && teacher.trained) trained += networks.at(teacher.name).at("parameters").get<int64_t>();
    const int64_t average = experiment.training.ema > 0 ? 1 : 0;
    const int64_t weights = static_cast<int64_t>(sizeof(float)) * trained * (1 + average);
    const int64_t optimizerStates = experiment.training.optimizer.at("kind") == "adamw" ? 2 : 1;
    const int64_t state = weights + static_cast<int64_t>(sizeof(float)) * trained * optimizerStates;
    return state + weights * (1 + std::ssize(experiment.training.keepEpochs));
}

SweepPlan planSweep(SweepReview review, const Pace& pace, const Catalogue& catalogue) {
    SweepPlan plan{std::move(review.problems), {}, {}};
    DiskUse disk(catalogue);
    std::vector<Json> documents;
    for (ReviewedMember& reviewed : review.members) {
        PlannedMember& planned = plan.members.emplace_back(PlannedMember{std::move(reviewed), {}});
        if (!planned.reviewed.problems.empty()) continue;
        const Json& document = documents.emplace_back(planned.reviewed.member.document);
        planned.cost.runs = seedsOf(document);
        if (const auto one = pace.secondsOf(document)) planned.cost.seconds = *one * static_cast<double>(planned.cost.runs);
        planned.cost.bytes = disk.bytesOf(document) * static_cast<int64_t>(planned.cost.runs);
        plan.total.runs += planned.cost.runs;
    }
    plan.total.seconds = pace.secondsOfAll(documents);
    plan.total.bytes = bytesOfAll(documents, disk, catalogue);
    return plan;
}

}  // namespace gaplab
