#include "core/run/estimate.h"

#include <set>

namespace gaplab {
namespace {

Json part(const Json& holder, const char* key) {
    return holder.value(key, Json::object());
}

/// Without its numbers, such as rates and weights.
Json words(const Json& object) {
    Json kept = Json::object();
    for (const auto& [key, value] : object.items())
        if (!value.is_number()) kept[key] = value;
    return kept;
}

void drop(Json& holder, std::initializer_list<const char*> keys) {
    for (const char* key : keys)
        holder.erase(key);
}

/// What the time of an epoch depends on, as far as the document tells; equal for runs that take equally long.
std::string costOf(const Json& document, const Catalogue& catalogue) {
    Json form = canonicalForm(document, catalogue);
    drop(form, {"name", "notes", "seeds", "stages"});
    Json training = part(form, "training"), gap = part(form, "gap");
    drop(training, {"epochs", "schedule", "clip", "label_smoothing", "keep_epochs"});
    training["optimizer"] = words(part(training, "optimizer"));
    drop(gap, {"target", "band"});
    gap["controller"] = words(part(gap, "controller"));
    form["training"] = training;
    form["gap"] = gap;
    if (form.contains("knowledge"))
        for (Json& term : form["knowledge"]) {
            drop(term, {"weight"});  // which may be a curve
            term = words(term);
        }
    return form.dump();
}

double epochsOf(const Json& document) {
    return part(document, "training").value("epochs", static_cast<double>(Training().epochs));
}

}  // namespace

Pace::Pace(const std::vector<RunRow>& runs, const Catalogue& catalogue) : catalogue_(catalogue) {
    for (const RunRow& run : runs) {
        if (run.state != RunState::Finished || run.started <= 0 || run.finished <= run.started) continue;
        if (!validate(run.document, catalogue).empty()) continue;  // of a program with another vocabulary
        secondsPerEpoch_[costOf(run.document, catalogue)] = (run.finished - run.started) / epochsOf(run.document);
    }
}

void Pace::learn(const Json& document, double secondsPerEpoch) {
    secondsPerEpoch_.try_emplace(costOf(document, catalogue_), secondsPerEpoch);
}

std::optional<double> Pace::secondsOf(const Json& document) const {
    const auto known = secondsPerEpoch_.find(costOf(document, catalogue_));
    return known == secondsPerEpoch_.end() ? std::nullopt : std::optional(known->second * epochsOf(document));
}

std::optional<double> Pace::secondsOfAll(const std::vector<Json>& documents) const {
    double total = 0;
    std::set<std::pair<std::string, uint64_t>> stages;
    for (const Json& document : documents)
        for (const PlannedRun& planned : planRuns(document, catalogue_)) {
            if (!planned.stage.empty() && !stages.emplace(trialIdentity(planned.document, catalogue_, {}), planned.seed).second)
                continue;
            const auto seconds = secondsOf(planned.document);
            if (!seconds) return std::nullopt;
            total += *seconds;
        }
    return total;
}

}  // namespace gaplab
