#include <set>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/interop/taking_over.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;

/// A store from elsewhere may name any file as its checkpoint: only what lies below its folder is one.
bool liesBelow(const fs::path& relative) {
    return relative.is_relative() && std::ranges::find(relative, fs::path("..")) == relative.end();
}

/// Copies one checkpoint file; what is wrong with it, or nothing.
std::optional<std::string> copyCheckpoint(const fs::path& from, const fs::path& to, const CheckpointRecord& record) {
    if (!liesBelow(record.relativePath) || !fs::is_regular_file(from)) return "is missing";
    if (sha256OfFile(from) != record.sha256) return "has changed since it was written";
    writeFileAtomically(to, [&](const fs::path& temporary) { fs::copy_file(from, temporary); });
    return {};
}

/// The files of a run beside the store, and their rows as they are here.
void copyCheckpoints(IncomingRun& incoming, const fs::path& otherFolder, Store& store) {
    if (incoming.run.checkpoints.empty()) return;
    const fs::path folder = store.incomingFolder(incoming.run.uuid);
    std::vector<CheckpointRecord> kept;
    std::set<std::string> names;
    for (CheckpointRecord& record : incoming.run.checkpoints) {
        const fs::path source = otherFolder / record.relativePath;
        const fs::path copy = folder / source.filename();
        const auto fault = names.insert(copy.filename().string()).second
                               ? copyCheckpoint(source, copy, record)
                               : std::optional<std::string>("has the name of another one of the run");
        if (fault) {
            incoming.notUnderstood.push_back(fmt::format("the checkpoint {}, which {}", record.relativePath, *fault));
            continue;
        }
        record.relativePath = fs::relative(copy, store.path().parent_path()).generic_string();
        kept.push_back(record);
    }
    incoming.run.checkpoints = std::move(kept);
}

/// What an earlier import, killed while it copied, has left of its own in the folder.
void removeOtherFiles(const WholeRun& run, const Store& store) {
    if (run.checkpoints.empty()) return;
    std::set<fs::path> kept;
    for (const CheckpointRecord& record : run.checkpoints)
        kept.insert(store.path().parent_path() / record.relativePath);
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(store.runFolder(run.uuid), ignored))
        if (!kept.contains(entry.path())) fs::remove(entry.path(), ignored);
}

/// Takes over one run, or tells why not.
ImportResult takeOver(Store* store, const Store& other, const RunRow& row, TakingOver& takingOver, const ImportOptions& options) {
    ImportResult result{.format = "gaplab", .source = other.path(), .name = row.name, .uuid = row.uuid, .state = row.state};
    result.foreignRef = row.foreignRef;
    result.series = std::ssize(row.series);
    for (const SeriesSummary& series : row.series)
        result.points += series.count;
    if (isLive(row.state)) result.skipped = "it still goes on there";
    // all its points are only read where they are needed
    if (const auto found = takingOver.byUuid(row.uuid); found && !options.again) result.skipped = found->why;
    if (!result.skipped.empty()) return result;
    IncomingRun incoming{other.wholeRun(row.id), "gaplab", other.path(), {}};
    result = takingOver.consider(incoming);
    if (!result.skipped.empty() || options.dryRun) return result;
    copyCheckpoints(incoming, other.path().parent_path(), *store);
    result.notUnderstood = incoming.notUnderstood;
    result.id = store->addWholeRuns({&incoming.run, 1}).front();
    if (!row.folder.empty()) store->moveRun(*result.id, row.folder);
    removeOtherFiles(incoming.run, *store);
    return result;
}

}  // namespace

std::vector<ImportResult> mergeStore(Store* store, const Store& other, const ImportOptions& options) {
    if (store && fs::equivalent(store->path(), other.path()))
        throw inputError(other.path().string() + " is the store itself", "Name another store to take runs from.");
    if (other.isNewer())
        throw inputError("The store " + other.path().string() + " was written by a newer version of GapLab", "Update GapLab.");
    TakingOver takingOver(store, options);
    std::vector<ImportResult> results;
    const std::vector<RunRow> rows = other.runs(Store::Trash::Include);
    for (const RunRow& row : rows) {
        if (!options.mayGoOn(results.size(), rows.size())) break;
        results.push_back(takeOver(store, other, row, takingOver, options));
    }
    return results;
}

}  // namespace gaplab
