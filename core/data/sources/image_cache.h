#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/data/source.h"

namespace gaplab {

/// Decoded images in one file that is mapped into memory. A folder with given parameters has one cache at a time.
struct CacheKey {
    std::string set;      ///< which folder and how it is read; names the file
    std::string content;  ///< what lay in the folder
};

/// The cached images, mapped read-only; nothing where there are none for this key. A file that is broken counts as none (logged).
std::optional<RawImages> readImageCache(const std::filesystem::path& folder, const CacheKey& key);

/// Writes `raw` (whose fingerprint is set) atomically, replaces what was cached for the set before and removes the least recently
/// used caches beyond `mostBytes` in total. Throws Error (World).
void writeImageCache(const std::filesystem::path& folder, const CacheKey& key, const RawImages& raw,
                     int64_t mostBytes = 30'000'000'000);

}  // namespace gaplab
