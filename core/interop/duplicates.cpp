#include "core/interop/duplicates.h"

#include <fmt/format.h>

namespace gaplab {
namespace {

/// What runs of equal content have in common and a row of the store tells without its points.
std::string outline(uint64_t seed, const std::map<std::string, int64_t>& counts) {
    return fmt::format("{} {}", seed, Json(counts).dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string outlineOf(const RunRow& row) {
    std::map<std::string, int64_t> counts;
    for (const SeriesSummary& series : row.series)
        counts[series.name] = series.count;
    return outline(row.seed, counts);
}

std::string outlineOf(const WholeRun& run) {
    std::map<std::string, int64_t> counts;
    for (const auto& [name, points] : run.series)
        if (!points.empty()) counts[name] = std::ssize(points);
    return outline(run.facts.seed, counts);
}

}  // namespace

Duplicates::Duplicates(const Store* store) : store_(store) {
    if (!store) return;
    for (const RunRow& row : store->runs(Store::Trash::Include)) {
        const Known known{fmt::format("run {}{}", row.id, row.deletedAt > 0 ? " in the trash" : ""), row.uuid};
        byUuid_[row.uuid] = known;
        if (!row.foreignRef.empty()) byReference_[row.foreignRef] = known;
        byOutline_.emplace(outlineOf(row), Row{row.id, known});
    }
}

std::optional<Duplicates::Found> Duplicates::byUuid(const std::string& uuid) const {
    const auto found = byUuid_.find(uuid);
    if (uuid.empty() || found == byUuid_.end()) return {};
    return Found{found->second.label + " has the same uuid", uuid};
}

std::optional<Duplicates::Found> Duplicates::find(const WholeRun& run) {
    if (auto found = byUuid(run.uuid)) return found;
    if (const auto found = byReference_.find(run.foreignRef); !run.foreignRef.empty() && found != byReference_.end())
        return Found{found->second.label + " comes from there", found->second.uuid};
    hashRowsLike(run);
    if (const auto found = byContent_.find(contentHash(run)); found != byContent_.end())
        return Found{found->second.label + " has the same content", found->second.uuid};
    return {};
}

void Duplicates::hashRowsLike(const WholeRun& run) {
    const auto [begin, end] = byOutline_.equal_range(outlineOf(run));
    for (auto at = begin; at != end; ++at)
        byContent_.try_emplace(contentHash(store_->wholeRun(at->second.id)), at->second.known);
    byOutline_.erase(begin, end);
}

void Duplicates::add(const WholeRun& run) {
    const Known known{"\"" + run.facts.name + "\", which comes in too,", run.uuid};
    if (!run.uuid.empty()) byUuid_[run.uuid] = known;
    if (!run.foreignRef.empty()) byReference_[run.foreignRef] = known;
    byContent_.try_emplace(contentHash(run), known);
}

}  // namespace gaplab
