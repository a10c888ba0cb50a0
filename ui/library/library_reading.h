#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/store/store.h"

namespace gaplab::ui {

/// What has changed in the store since the Library last looked; so much at a time that nobody waits for it.
struct LibraryReading {
    std::vector<int64_t> all;            ///< ids, ascending
    std::vector<RunRow> changed;         ///< ascending; of the newest that have changed
    std::map<int64_t, uint64_t> stamps;  ///< of those
    std::vector<std::string> folders;
    bool more = false;  ///< there are further ones: ask again

    /// `known`: stamps of the rows that are held.
    static LibraryReading read(const Store& store, const std::map<int64_t, uint64_t>& known);
};

}  // namespace gaplab::ui
