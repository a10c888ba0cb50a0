#pragma once

#include <cstdint>
#include <filesystem>

namespace gaplab {

/// Unpacks a .tar.gz (or any archive that libarchive reads) into `folder`. An archive is hostile until checked: paths that lead
/// out of the folder, links and devices, and more than `mostBytes` of content are refused. Throws Error (World) where the archive
/// is broken or the disk full; what was written until then stays.
void unpackArchive(const std::filesystem::path& archive, const std::filesystem::path& folder, int64_t mostBytes = 4'000'000'000);

}  // namespace gaplab
