#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/interop/foreign_run.h"
#include "core/store/store.h"

namespace gaplab {

struct ImportOptions {
    bool dryRun = false;  ///< only tell what would come in
    bool again = false;   ///< duplicates too, under new uuids
    /// Told before each run how many of how many there were; false stops. A stopped importRuns stores nothing, a stopped
    /// mergeStore leaves what it has stored. Null: nobody wants to know.
    std::function<bool(size_t done, size_t total)> progress;

    bool mayGoOn(size_t done, size_t total) const { return !progress || progress(done, total); }
};

/// What becomes of one run that could come in.
struct ImportResult {
    std::string format;
    std::filesystem::path source;
    std::string name, uuid, foreignRef;
    RunState state = RunState::Finished;
    int64_t series = 0, points = 0, events = 0;
    std::vector<std::string> notUnderstood;
    std::string skipped;        ///< why it does not come in; empty: it does
    std::optional<int64_t> id;  ///< in the store; nothing for a skipped one and in a dry run
};

/// Takes over runs in one transaction: all of them or none. Left out are duplicates: runs of which uuid, foreign reference or
/// content is in the store, trash included, or stands before in the list. Lineage leads to runs of the store and of the list.
/// `store` may be null in a dry run: nothing is there yet. Throws what Store::addWholeRuns throws.
std::vector<ImportResult> importRuns(Store* store, std::vector<IncomingRun> runs, const ImportOptions& options);

/// Takes over every run of another store that has ended, trash included, with uuid, folder, lineage and checkpoint files, which
/// are copied and compared with their SHA-256. One transaction a run (the folder comes after it): after an interruption the same
/// call goes on. Throws Error (Input) for a store of a newer program, or for the store itself.
std::vector<ImportResult> mergeStore(Store* store, const Store& other, const ImportOptions& options);

}  // namespace gaplab
