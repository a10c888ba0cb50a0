#include "core/interop/import.h"

#include <fmt/format.h>

#include "core/base/files.h"
#include "core/interop/taking_over.h"

namespace gaplab {
namespace {

/// Places runs so that what one is made from stands before it; otherwise as they came. Circles, which only a made-up file has,
/// are cut somewhere.
class SourcesFirst {
public:
    explicit SourcesFirst(const std::vector<IncomingRun>& runs) : runs_(runs), placed_(runs.size()) {
        for (size_t i = 0; i < runs.size(); ++i)
            byUuid_.try_emplace(runs[i].run.uuid, i);
    }
    std::vector<size_t> order() {
        for (size_t i = 0; i < runs_.size(); ++i)
            place(i);
        return order_;
    }

private:
    void place(size_t first) {
        std::vector<std::pair<size_t, bool>> waiting{{first, false}};  // not by recursion: a chain may be long
        while (!waiting.empty()) {
            const auto [i, sourcesPlaced] = waiting.back();
            waiting.pop_back();
            if (sourcesPlaced) order_.push_back(i);
            if (placed_[i]) continue;
            placed_[i] = true;
            waiting.emplace_back(i, true);
            for (const auto& [role, uuid] : runs_[i].run.from)
                if (const auto source = byUuid_.find(uuid); source != byUuid_.end()) waiting.emplace_back(source->second, false);
        }
    }

    const std::vector<IncomingRun>& runs_;
    std::vector<bool> placed_;
    std::map<std::string, size_t> byUuid_;
    std::vector<size_t> order_;
};

}  // namespace

TakingOver::TakingOver(const Store* store, const ImportOptions& options) : options_(options), duplicates_(store) {}

ImportResult TakingOver::consider(IncomingRun& incoming) {
    WholeRun& run = incoming.run;
    ImportResult result{.format = incoming.format, .source = incoming.source, .name = run.facts.name, .state = run.state};
    result.foreignRef = run.foreignRef;
    result.series = std::ssize(run.series);
    result.events = std::ssize(run.events);
    for (const auto& [name, points] : run.series)
        result.points += std::ssize(points);
    if (const auto found = duplicates_.find(run)) {
        if (options_.again) {
            run.uuid.clear();
        } else {
            result.skipped = found->why;
            if (!run.uuid.empty()) standsFor_[run.uuid] = found->uuid;
        }
    }
    if (run.uuid.empty()) run.uuid = newUuid();
    result.uuid = run.uuid;
    if (result.skipped.empty()) {
        followLineage(incoming);
        duplicates_.add(run);
    }
    result.notUnderstood = incoming.notUnderstood;
    return result;
}

void TakingOver::followLineage(IncomingRun& incoming) {
    for (auto& [role, uuid] : incoming.run.from) {
        if (const auto other = standsFor_.find(uuid); other != standsFor_.end()) uuid = other->second;
        if (!duplicates_.byUuid(uuid))
            incoming.notUnderstood.push_back(
                fmt::format("where the weights of {} come from: the run {} is not here", role, uuid));
    }
}

std::vector<ImportResult> importRuns(Store* store, std::vector<IncomingRun> runs, const ImportOptions& options) {
    TakingOver takingOver(store, options);
    std::vector<ImportResult> results;
    std::vector<WholeRun> accepted;
    for (const size_t place : SourcesFirst(runs).order()) {
        if (!options.mayGoOn(results.size(), runs.size())) return {};
        IncomingRun& incoming = runs[place];
        results.push_back(takingOver.consider(incoming));
        if (results.back().skipped.empty()) accepted.push_back(std::move(incoming.run));
    }
    if (!options.mayGoOn(runs.size(), runs.size())) return {};
    if (options.dryRun) return results;
    const std::vector<int64_t> ids = store->addWholeRuns(accepted);
    auto id = ids.begin();
    for (ImportResult& result : results)
        if (result.skipped.empty()) result.id = *id++;
    return results;
}

}  // namespace gaplab
