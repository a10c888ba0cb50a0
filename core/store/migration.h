#pragma once

#include <filesystem>
#include <vector>

#include "core/store/connection.h"
#include "core/store/schema.h"

namespace gaplab {

int schemaVersion(Connection& connection);

/// Takes the store to the last version in one transaction; an existing store is first copied beside itself under a dated name.
/// Of several processes one does it, and the others wait for it. Returns the path of the copy, empty where none was needed.
/// Throws Error (World) and leaves the store as it is if anything fails.
std::filesystem::path migrate(Connection& connection, const std::vector<SchemaStep>& steps);

}  // namespace gaplab
