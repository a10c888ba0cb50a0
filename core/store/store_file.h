#pragma once

#include <filesystem>
#include <memory>

#include "core/store/connection.h"
#include "core/store/store.h"

namespace gaplab {

struct OpenStore {
    std::unique_ptr<Connection> connection;
    bool newer = false;  ///< written by a newer program
};

/// Finds out what the file is before anything could change it, then opens, makes or migrates it. Throws as the constructor of
/// Store.
OpenStore openStore(const std::filesystem::path& path, Store::Mode mode);

}  // namespace gaplab
