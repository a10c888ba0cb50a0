#include "core/base/log.h"
#include "core/store/implementation.h"

namespace gaplab {

void Store::postCommand(int64_t run, const Json& command, const std::string& author) {
    Connection& connection = *implementation_->connection;
    connection.write(Durability::Beat, [&] {
        implementation_->stateOf(run);
        Query(connection, "INSERT INTO command(run_id, json, author, at) VALUES(?, ?, ?, ?)", run, storedText(command), author,
              now())
            .run();
    });
}

std::vector<Json> Store::takeCommands(int64_t run, int64_t step) {
    Connection& connection = *implementation_->connection;
    const bool waiting = connection.read(
        [&] { return Query(connection, "SELECT 1 FROM command WHERE run_id = ? AND taken_step IS NULL LIMIT 1", run).next(); });
    if (!waiting) return {};  // asked several times a second: the write lock is taken only when there is something
    return connection.write(Durability::Beat, [&] {
        std::vector<Json> commands;
        Query query(connection, "SELECT json FROM command WHERE run_id = ? AND taken_step IS NULL ORDER BY id", run);
        while (query.next())
            commands.push_back(query.json(0));
        Query(connection, "UPDATE command SET taken_step = ? WHERE run_id = ? AND taken_step IS NULL", step, run).run();
        return commands;
    });
}

std::vector<Store::Draft> Store::drafts() const {
    Connection& connection = *implementation_->connection;
    return connection.read([&] {
        std::vector<Draft> drafts;
        Query query(connection, "SELECT id, name, config_json, updated FROM draft ORDER BY id");
        while (query.next())
            drafts.push_back({query.integer(0), query.text(1), query.json(2), query.realOrZero(3)});
        return drafts;
    });
}

int64_t Store::saveDraft(const Draft& draft) {
    Connection& connection = *implementation_->connection;
    return connection.write(Durability::Beat, [&] {
        const std::optional<int64_t> id = draft.id > 0 ? std::optional(draft.id) : std::nullopt;
        Query query(connection,
                    "INSERT INTO draft(id, name, config_json, updated) VALUES(?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                    "name = excluded.name, config_json = excluded.config_json, updated = excluded.updated RETURNING id",
                    id, draft.name, storedText(draft.document), now());
        query.next();
        return query.integer(0);
    });
}

}  // namespace gaplab
