#include "core/store/implementation.h"

namespace gaplab {
namespace {

CheckpointRecord readCheckpoint(const Query& query) {
    return {query.integer(0), query.integer(1), query.real(2), query.text(3),
            query.text(4),    query.integer(5), query.text(6), query.json(7)};
}

}  // namespace

void insertCheckpoint(Connection& connection, int64_t run, const CheckpointRecord& checkpoint) {
    Query(connection,
          "INSERT INTO checkpoint(run_id, step, epoch, kind, rel_path, bytes, sha256, facts_json) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
          run, checkpoint.step, checkpoint.epoch, checkpoint.kind, checkpoint.relativePath, checkpoint.bytes, checkpoint.sha256,
          storedText(checkpoint.facts))
        .run();
}

std::vector<std::string> Store::addCheckpoint(int64_t run, const CheckpointRecord& checkpoint) {
    Connection& connection = *implementation_->connection;
    return connection.write(Durability::Sure, [&] {
        implementation_->stateOf(run);
        std::vector<std::string> replaced;
        if (checkpoint.kind != "epoch") {
            Query older(connection, "DELETE FROM checkpoint WHERE run_id = ? AND kind = ? RETURNING rel_path", run,
                        checkpoint.kind);
            while (older.next())
                if (older.text(0) != checkpoint.relativePath) replaced.push_back(older.text(0));
        }
        // the same file written again, as after a rewind, keeps one row
        Query(connection, "DELETE FROM checkpoint WHERE run_id = ? AND rel_path = ?", run, checkpoint.relativePath).run();
        insertCheckpoint(connection, run, checkpoint);
        return replaced;
    });
}

std::vector<CheckpointRecord> Store::checkpoints(int64_t run) const {
    Connection& connection = *implementation_->connection;
    return connection.read([&] {
        std::vector<CheckpointRecord> records;
        Query query(connection,
                    "SELECT id, step, epoch, kind, rel_path, bytes, sha256, facts_json FROM checkpoint WHERE run_id = ? "
                    "ORDER BY step, id",
                    run);
        while (query.next())
            records.push_back(readCheckpoint(query));
        return records;
    });
}

std::optional<CheckpointRecord> Store::checkpoint(int64_t run, const std::string& kind) const {
    std::optional<CheckpointRecord> latest;
    for (CheckpointRecord& record : checkpoints(run))
        if (record.kind == kind) latest = std::move(record);
    return latest;
}

std::optional<int64_t> Store::findReusable(const std::string& trial, uint64_t seed, const std::string& precision,
                                           const std::string& device) const {
    Connection& connection = *implementation_->connection;
    const std::vector<int64_t> candidates = connection.read([&] {
        std::vector<int64_t> ids;
        Query query(connection,
                    "SELECT r.id FROM run r JOIN trial t ON t.id = r.trial_id WHERE t.config_hash = ? AND r.seed = ? "
                    "AND r.state = 'finished' AND r.deleted_at IS NULL AND json_extract(r.env_json, '$.precision') = ? "
                    "AND json_extract(r.env_json, '$.device') = ? ORDER BY r.id DESC",
                    trial, seed, precision, device);
        while (query.next())
            ids.push_back(query.integer(0));
        return ids;
    });
    const auto isThere = [&](const CheckpointRecord& record) {
        return std::filesystem::exists(path().parent_path() / record.relativePath);
    };
    for (const int64_t run : candidates) {
        const auto files = checkpoints(run);
        if (!files.empty() && std::ranges::all_of(files, isThere)) return run;
    }
    return std::nullopt;
}

}  // namespace gaplab
