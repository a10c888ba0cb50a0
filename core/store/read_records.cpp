#include "core/store/chunks.h"
#include "core/store/implementation.h"
#include "core/store/series_name.h"

namespace gaplab {

std::vector<Point> Store::points(int64_t run, const std::string& series, int64_t afterStep) const {
    const SeriesName name = parseSeriesName(series);
    Connection& connection = *implementation_->connection;
    return connection.read([&] {
        Query query(
            connection,
            "SELECT s.id FROM metric m JOIN series s ON s.metric_id = m.id WHERE m.role = ? AND m.split = ? AND m.name = ? "
            "AND s.run_id = ?",
            name.role, name.split, name.measure, run);
        return query.next() ? readPoints(connection, query.integer(0), afterStep) : std::vector<Point>();
    });
}

std::vector<RunEvent> Store::events(int64_t run) const {
    Connection& connection = *implementation_->connection;
    return connection.read([&] {
        std::vector<RunEvent> events;
        Query query(connection, "SELECT step, epoch, wall, level, kind, text, json FROM event WHERE run_id = ? ORDER BY id", run);
        while (query.next())
            events.push_back(
                {query.integer(0), query.real(1), query.real(2), query.text(3), query.text(4), query.text(5), query.json(6)});
        return events;
    });
}

}  // namespace gaplab
