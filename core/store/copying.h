#pragma once

#include <filesystem>

#include "core/store/connection.h"

namespace gaplab {

/// Writes a copy of the store, without its unused room, that appears under its name only when it is whole and on the disk.
/// Throws Error.
void copyInto(Connection& connection, const std::filesystem::path& path);

}  // namespace gaplab
