#pragma once

#include <map>
#include <string>
#include <utility>

#include "core/store/connection.h"
#include "core/store/process.h"
#include "core/store/store.h"

namespace gaplab {

struct Store::Implementation {
    std::filesystem::path path;
    std::unique_ptr<Connection> connection;
    bool newer = false;
    /// (run, name) -> id, of series that are committed; rows of series are never removed while their run lives
    std::map<std::pair<int64_t, std::string>, int64_t> seriesIds = {};

    // What the parts of the store have in common; all but the first inside a transaction of the caller.

    /// The rows of these runs and their series, ascending by id.
    std::vector<RunRow> rows(const std::vector<int64_t>& ids);
    /// Throws Error (Input) where there is no such run.
    RunState stateOf(int64_t run);
    void changeState(int64_t run, RunState state, const std::string& reason);
    void addEvent(int64_t run, const RunEvent& event);
};

Error unknownRun(const std::string& name, const std::filesystem::path& store);

}  // namespace gaplab
