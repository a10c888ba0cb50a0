#include "core/store/implementation.h"

namespace gaplab {

void Store::setQueue(const std::vector<int64_t>& runs) {
    Connection& connection = *implementation_->connection;
    connection.write(Durability::Beat, [&] {
        int64_t rank = 0;
        for (const int64_t run : runs)
            Query(connection,
                  "INSERT INTO queue(run_id, rank, state) VALUES(?, ?, 'waiting') ON CONFLICT DO UPDATE SET rank = excluded.rank",
                  run, ++rank)
                .run();
    });
}

void Store::leaveQueue(const std::vector<int64_t>& runs) {
    Connection& connection = *implementation_->connection;
    connection.write(Durability::Beat, [&] {
        for (const int64_t run : runs)
            Query(connection, "DELETE FROM queue WHERE run_id = ?", run).run();
    });
}

std::vector<int64_t> Store::queue() const {
    Connection& connection = *implementation_->connection;
    return connection.read([&] {
        std::vector<int64_t> runs;
        Query query(connection,
                    "SELECT q.run_id FROM queue q JOIN run r ON r.id = q.run_id WHERE r.deleted_at IS NULL "
                    "AND r.state IN ('queued', 'stopped', 'lost') ORDER BY q.rank, q.run_id");
        while (query.next())
            runs.push_back(query.integer(0));
        return runs;
    });
}

}  // namespace gaplab
