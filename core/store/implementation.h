#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/store/connection.h"
#include "core/store/process.h"
#include "core/store/series_totals.h"
#include "core/store/store.h"

namespace gaplab {

struct Store::Implementation {
    std::filesystem::path path;
    std::unique_ptr<Connection> connection;
    bool newer = false;
    /// What is committed of a series that this connection writes.
    struct KnownSeries {
        int64_t id = 0;
        SeriesTotals totals;
        int64_t rows = 0;  ///< points that are not sealed
    };
    struct Writing;
    using KnownSeriesMap = std::map<std::pair<int64_t, std::string>, KnownSeries>;
    /// By run and name; true as long as no other connection has written since `knownVersion`.
    KnownSeriesMap known = {};
    int64_t knownVersion = -1;

    // What the parts of the store have in common; all but the first inside a transaction of the caller.

    /// The rows of these runs and their series, ascending by id.
    std::vector<RunRow> rows(const std::vector<int64_t>& ids);
    /// A queued run of `process`. `earlier`: the runs of the same call that have their ids already.
    int64_t insertRun(const NewRun& run, const ProcessMark& process, const std::vector<int64_t>& earlier);
    int64_t addWhole(const WholeRun& run);
    /// A series that the run does not have yet; steps ascend.
    void writeNewSeries(int64_t run, const std::string& name, std::span<const Point> points);
    /// Throws Error (Input) where there is no such run.
    RunState stateOf(int64_t run);
    void changeState(int64_t run, RunState state, const std::string& reason);
    void addEvent(int64_t run, const RunEvent& event);
    std::map<int64_t, std::string> folderPaths();
    /// Instead of those that the run has.
    void writeTags(int64_t run, const std::set<std::string>& tags);
    /// Where the files of a run lie, relative to the folder of the store.
    std::string filesOf(const std::string& uuid) const;
    /// Changes whenever another connection has written.
    int64_t dataVersion();
};

void insertCheckpoint(Connection& connection, int64_t run, const CheckpointRecord& checkpoint);

Error unknownRun(const std::string& name, const std::filesystem::path& store);

}  // namespace gaplab
