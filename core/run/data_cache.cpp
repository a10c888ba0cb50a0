#include "core/run/data_cache.h"

namespace gaplab {

std::shared_ptr<const Dataset> DataCache::get(const DataSpec& spec, const LoadOptions& options) {
    const std::lock_guard lock(mutex_);
    std::erase_if(sets_, [](const auto& entry) { return entry.second.expired(); });
    for (const auto& [known, set] : sets_)
        if (known == spec)
            if (auto loaded = set.lock()) return loaded;
    auto loaded = loadDataset(spec, options);
    sets_.emplace_back(spec, loaded);
    return loaded;
}

}  // namespace gaplab
