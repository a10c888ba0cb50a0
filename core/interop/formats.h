#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/interop/foreign_run.h"

namespace gaplab {

/// A file of one run or of several, as it is written.
struct WrittenFile {
    std::filesystem::path path;  ///< to the place that was asked for; empty: that place itself
    std::string content;
};

/// One way in which runs leave or come in.
struct Format {
    std::string name;
    std::string help;
    bool lossless = false;  ///< what is written comes back with an equal content hash
    /// Whether a file or folder looks like it; null for formats that are only written.
    std::function<bool(const std::filesystem::path&)> recognises;
    /// Every run in it. Throws Error (Input) that names file and place, Error (World) where the disk fails.
    std::function<std::vector<IncomingRun>(const std::filesystem::path&)> read;
    /// Null for formats that are only read.
    std::function<std::vector<WrittenFile>(const std::vector<WholeRun>&)> write;
};

/// In the order in which they are tried.
const std::vector<Format>& formats();
/// Throws Error (Input) for an unknown name.
const Format& format(const std::string& name);

/// Every run of a file or folder. `name`: its format; empty: found out. Throws Error (Input) where it is of none, or holds no
/// run.
std::vector<IncomingRun> readRuns(const std::filesystem::path& path, const std::string& name = {});

/// Writes runs to a file or folder, each file at once or not at all. Throws Error (Input) for a format that is not written.
void writeRuns(const std::vector<WholeRun>& runs, const std::string& name, const std::filesystem::path& out);

}  // namespace gaplab
