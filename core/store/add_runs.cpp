#include "core/base/files.h"
#include "core/base/log.h"
#include "core/store/implementation.h"

namespace gaplab {
namespace {

/// The first column of the row that an INSERT ... RETURNING gives.
template <typename... Values>
int64_t insertedId(Connection& connection, const char* sql, const Values&... values) {
    Query query(connection, sql, values...);
    query.next();
    return query.integer(0);
}

// The updates below change nothing: they only make RETURNING give the row that was there already.

int64_t trialId(Connection& connection, const NewRun& run) {
    return insertedId(connection,
                      "INSERT INTO trial(config_hash, label, base_json) VALUES(?, ?, ?) "
                      "ON CONFLICT DO UPDATE SET label = trial.label RETURNING id",
                      run.trial, run.trialLabel, storedText(run.trialDocument));
}

int64_t datasetId(Connection& connection, const NewRun& run) {
    return insertedId(connection,
                      "INSERT INTO dataset(name, sha256, split_seed, stats_json) VALUES(?, ?, ?, ?) "
                      "ON CONFLICT DO UPDATE SET name = dataset.name RETURNING id",
                      run.dataName, run.dataFingerprint, run.splitSeed, storedText(run.dataFacts));
}

std::optional<int64_t> count(const Json& description, const char* key) {
    const auto found = description.find(key);
    if (found == description.end() || !found->is_number_integer()) return std::nullopt;
    return found->get<int64_t>();
}

void addArchitecture(Connection& connection, int64_t run, const std::string& role, const Json& description) {
    const auto name = description.find("architecture");
    const std::string architecture = name != description.end() && name->is_string() ? name->get<std::string>() : "";
    const int64_t id =
        insertedId(connection,
                   "INSERT INTO arch(name, params, macs, shapes_json) VALUES(?, ?, ?, ?) "
                   "ON CONFLICT DO UPDATE SET name = arch.name RETURNING id",
                   architecture, count(description, "parameters"), count(description, "macs"), storedText(description));
    Query(connection, "INSERT INTO run_arch(run_id, role, arch_id) VALUES(?, ?, ?)", run, role, id).run();
}

/// One leaf of a run's document, so that the Library can filter and sort by any field.
void addParameter(Connection& connection, int64_t run, const std::string& path, const Json& value) {
    if (value.is_null()) return;
    const bool cosmetic = path == "name" || path == "notes" || path.starts_with("seeds");
    const int64_t key = insertedId(connection,
                                   "INSERT INTO param_key(path, type, cosmetic) VALUES(?, ?, ?) "
                                   "ON CONFLICT DO UPDATE SET path = param_key.path RETURNING id",
                                   path, value.is_number() ? "number" : value.type_name(), cosmetic);
    std::optional<double> number;
    if (value.is_number()) number = value.get<double>();
    if (value.is_boolean()) number = value.get<bool>() ? 1 : 0;
    const std::string text = value.is_string() ? value.get<std::string>() : storedText(value);
    Query(connection, "INSERT INTO run_param(run_id, key_id, num, txt) VALUES(?, ?, ?, ?)", run, key, number, text).run();
}

void addParameters(Connection& connection, int64_t run, const std::string& path, const Json& value) {
    if (value.is_object() && !value.empty()) {
        for (const auto& [key, child] : value.items())
            addParameters(connection, run, path.empty() ? key : path + "." + key, child);
    } else if (value.is_array() && !value.empty()) {
        for (size_t i = 0; i < value.size(); ++i)
            addParameters(connection, run, path + "[" + std::to_string(i) + "]", value[i]);
    } else {
        addParameter(connection, run, path, value);
    }
}

/// The run belongs to this process from the start, so that it becomes lost, not queued for ever, if the process dies.
int64_t addRunRow(Connection& connection, const NewRun& run, const ProcessMark& process) {
    const std::string document = storedText(run.document);
    return insertedId(connection,
                      "INSERT INTO run(uuid, trial_id, seed, name, kind, state, created, worker_pid, worker_boot, dataset_id, "
                      "config_json, config_hash, app_version, env_json, note_md) "
                      "VALUES(?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                      newUuid(), trialId(connection, run), run.seed, run.name, run.kind, now(), process.pid, process.origin,
                      datasetId(connection, run), document, sha256(document), GAPLAB_VERSION, storedText(run.environment),
                      run.notes);
}

}  // namespace

int64_t Store::Implementation::insertRun(const NewRun& run, const ProcessMark& process, const std::vector<int64_t>& earlier) {
    const int64_t id = addRunRow(*connection, run, process);
    Query(*connection, "INSERT INTO run_fts(rowid, name, note, tags) VALUES(?, ?, ?, '')", id, run.name, run.notes).run();
    for (const auto& [role, source] : run.from) {
        const int64_t from = source >= 0 ? source : earlier.at(static_cast<size_t>(-source - 1));
        Query(*connection, "INSERT INTO lineage(run_id, name, from_run) VALUES(?, ?, ?)", id, role, from).run();
    }
    for (const auto& [role, description] : run.architectures)
        addArchitecture(*connection, id, role, description);
    addParameters(*connection, id, "", run.document);
    return id;
}

int64_t Store::addRun(const NewRun& run) {
    return addRuns({run}).front();
}

std::vector<int64_t> Store::addRuns(const std::vector<NewRun>& runs) {
    Connection& connection = *implementation_->connection;
    const ProcessMark process = thisProcess();
    return connection.write(Durability::Sure, [&] {
        std::vector<int64_t> ids;
        for (const NewRun& run : runs)
            ids.push_back(implementation_->insertRun(run, process, ids));
        return ids;
    });
}

}  // namespace gaplab
