#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/interop/import.h"

namespace gaplab {

/// What lies in files and folders from which runs are to come: runs of other programs, and other stores.
struct ImportSources {
    std::vector<IncomingRun> runs;
    std::vector<Store> stores;
};

/// Reads everything before the first run is stored, so that a broken file leaves the store as it is. `format`: of all of them;
/// empty: found out; "gaplab": stores. Throws Error as readRuns and Store do.
ImportSources readSources(const std::vector<std::filesystem::path>& paths, const std::string& format = {});

/// The runs together, then store after store; see importRuns and mergeStore. `store` may be null in a dry run.
std::vector<ImportResult> importSources(Store* store, std::vector<IncomingRun> runs, const std::vector<Store>& stores,
                                        const ImportOptions& options);

/// Other stores: the format of which readRuns knows nothing.
inline const std::string storeFormat = "gaplab";

}  // namespace gaplab
