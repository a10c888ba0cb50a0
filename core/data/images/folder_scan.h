#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace gaplab {

struct ImageEntry {
    std::string path;  ///< relative to the folder
    int64_t label = 0;
    uint64_t bytes = 0;
    int64_t modified = 0;  ///< nanoseconds
};

/// What lies in a folder of class folders, sorted by path.
struct FolderListing {
    std::vector<std::string> classes;  ///< sorted by name
    std::vector<ImageEntry> train;     ///< everything where there is no test/ folder
    std::vector<ImageEntry> test;
    bool hasTest = false;

    /// Changes when an image is added, removed, renamed or written.
    std::string hash() const;
};

/// Looks at names, sizes and times only. Either `train/` and `test/` with a folder a class in each, or the class folders
/// themselves. Hidden files and files that are not named like images are passed over; folders inside a class folder belong to the
/// class. Throws Error (Input) for a missing folder, fewer than two classes, an empty class, a class that is in test/ alone;
/// Error (World) for what may not be read.
FolderListing scanFolder(const std::filesystem::path& folder, int threads, const std::stop_token& stop);

}  // namespace gaplab
