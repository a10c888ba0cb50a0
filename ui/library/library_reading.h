#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/store/store.h"
#include "ui/models/run_table_model.h"

namespace gaplab::ui {

/// Some of what has changed in the store since the Library last looked.
struct LibraryReading {
    std::optional<std::vector<int64_t>> all;  ///< ids of all runs, ascending; nothing where that is as it was
    std::vector<RunTableModel::Row> changed;  ///< ascending
    std::optional<std::vector<std::string>> folders;
    bool more = false;  ///< there are further ones: ask again
};

/// Reads the runs of a store bit by bit, the newest first, and later what has changed of them. Used on the reader's thread alone.
class LibraryScan {
public:
    LibraryReading next(const Store& store);

private:
    LibraryReading firstPage(const Store& store);
    void look(const Store& store, LibraryReading& reading);

    bool begun_ = false;
    std::unordered_map<int64_t, uint64_t> known_;        ///< stamps of what was read
    std::vector<std::pair<int64_t, uint64_t>> waiting_;  ///< what has changed and was not read yet; ascending
};

}  // namespace gaplab::ui
