#include "core/store/implementation.h"
#include "core/store/series_name.h"

namespace gaplab {

std::vector<Point> Store::points(int64_t run, const std::string& series, int64_t afterStep) const {
    const SeriesName name = parseSeriesName(series);
    Connection& connection = *implementation_->connection;
    return connection.read([&] {
        std::vector<Point> points;
        Query query(connection,
                    "SELECT p.step, p.epoch, p.wall, p.value FROM metric m JOIN series s ON s.metric_id = m.id "
                    "JOIN point_tail p ON p.series_id = s.id WHERE m.role = ? AND m.split = ? AND m.name = ? AND s.run_id = ? "
                    "AND p.step > ? ORDER BY p.step",
                    name.role, name.split, name.measure, run, afterStep);
        while (query.next())
            points.push_back({query.integer(0), query.real(1), query.real(3), query.real(2)});
        return points;
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
