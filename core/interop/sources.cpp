#include "core/interop/sources.h"

#include <algorithm>
#include <iterator>

#include "core/interop/formats.h"
#include "core/store/foreign_database.h"

namespace gaplab {

ImportSources readSources(const std::vector<std::filesystem::path>& paths, const std::string& format) {
    ImportSources sources;
    for (const std::filesystem::path& path : paths) {
        if (format == storeFormat || (format.empty() && databaseHeader(path).isStore)) {
            sources.stores.emplace_back(path, Store::Mode::Read);
            continue;
        }
        std::vector<IncomingRun> runs = readRuns(path, format);
        std::ranges::move(runs, std::back_inserter(sources.runs));
    }
    return sources;
}

std::vector<ImportResult> importSources(Store* store, std::vector<IncomingRun> runs, const std::vector<Store>& stores,
                                        const ImportOptions& options) {
    std::vector<ImportResult> results = importRuns(store, std::move(runs), options);
    for (const Store& other : stores)
        std::ranges::move(mergeStore(store, other, options), std::back_inserter(results));
    return results;
}

}  // namespace gaplab
