#pragma once

#include <filesystem>
#include <vector>

#include "core/store/connection.h"
#include "core/store/schema.h"

namespace gaplab {

int schemaVersion(Connection& connection);

/// Takes the store step by step to the last version, each step in one transaction; an existing store is first copied beside
/// itself under a dated name. Returns the path of that copy, empty where none was needed. Throws Error (World) and stays at the
/// last whole step if one fails.
std::filesystem::path migrate(Connection& connection, const std::vector<SchemaStep>& steps);

}  // namespace gaplab
