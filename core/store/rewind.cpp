#include <fmt/format.h>

#include "core/base/log.h"
#include "core/store/chunks.h"
#include "core/store/implementation.h"
#include "core/store/series_totals.h"

namespace gaplab {
namespace {

/// Removes the points of a run beyond `step` and brings the summaries in line. Returns how many points went.
int64_t removePoints(Connection& connection, int64_t run, int64_t step) {
    std::vector<int64_t> affected;
    {
        Query query(connection, "SELECT id FROM series WHERE run_id = ? AND n > 0 AND last_x > ?", run, step);
        while (query.next())
            affected.push_back(query.integer(0));
    }
    int64_t removed = 0;
    for (const int64_t series : affected) {
        unsealFrom(connection, series, step + 1);
        removed += Query(connection, "DELETE FROM point_tail WHERE series_id = ? AND step > ?", series, step).run();
        recount(connection, series);
    }
    return removed;
}

}  // namespace

void Store::rewind(int64_t run, int64_t step, double epoch) {
    Connection& connection = *implementation_->connection;
    implementation_->known.clear();
    connection.write(Durability::Sure, [&] {
        implementation_->stateOf(run);
        const int64_t points = removePoints(connection, run, step);
        const int64_t events = Query(connection, "DELETE FROM event WHERE run_id = ? AND step > ?", run, step).run();
        Query(connection, "DELETE FROM epoch WHERE run_id = ? AND step > ?", run, step).run();
        Query(connection, "DELETE FROM prediction WHERE run_id = ? AND epoch > ?", run, epoch).run();
        Query(connection, "DELETE FROM confusion WHERE run_id = ? AND epoch > ?", run, epoch).run();
        Query(connection, "DELETE FROM group_stat WHERE run_id = ? AND epoch > ?", run, epoch).run();
        implementation_->addEvent(run, {.step = step,
                                        .epoch = epoch,
                                        .wall = now(),
                                        .kind = "rewound",
                                        .text = fmt::format("Went back to step {}; what was recorded after it was removed", step),
                                        .details = {{"points", points}, {"events", events}}});
    });
}

}  // namespace gaplab
