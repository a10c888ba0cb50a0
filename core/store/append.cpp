#include <unordered_map>

#include "core/store/implementation.h"
#include "core/store/series_name.h"
#include "core/store/series_totals.h"

namespace gaplab {
namespace {

using SeriesIds = std::map<std::pair<int64_t, std::string>, int64_t>;

int64_t addSeries(Connection& connection, int64_t run, const std::string& name) {
    const SeriesName parts = parseSeriesName(name);
    Query metric(connection,
                 "INSERT INTO metric(name, role, split, unit, direction) VALUES(?, ?, ?, ?, ?) "
                 "ON CONFLICT DO UPDATE SET name = metric.name RETURNING id",
                 parts.measure, parts.role, parts.split, parts.unit, parts.direction);
    metric.next();
    Query series(connection,
                 "INSERT INTO series(run_id, metric_id) VALUES(?, ?) ON CONFLICT DO UPDATE SET n = series.n RETURNING id", run,
                 metric.integer(0));
    series.next();
    return series.integer(0);
}

void writePoint(Connection& connection, int64_t series, const Point& point) {
    Query(connection,
          "INSERT INTO point_tail(series_id, step, epoch, wall, value) VALUES(?, ?, ?, ?, ?) "
          "ON CONFLICT DO UPDATE SET epoch = excluded.epoch, wall = excluded.wall, value = excluded.value",
          series, point.step, point.epoch, point.wall, point.value)
        .run();
}

/// Points of one series in the order in which they were recorded. A step that is there already is replaced.
void writePoints(Connection& connection, int64_t series, const std::vector<const Point*>& points) {
    SeriesTotals totals = loadTotals(connection, series);
    bool inOrder = true;
    for (const Point* point : points) {
        writePoint(connection, series, *point);
        inOrder = inOrder && (totals.summary.count == 0 || point->step > totals.summary.last.step);
        if (inOrder) totals.include(*point);
    }
    if (inOrder)
        saveTotals(connection, series, totals);
    else
        recount(connection, series);
}

}  // namespace

void Store::append(int64_t run, std::span<const SeriesPoint> points, std::span<const RunEvent> events) {
    if (points.empty() && events.empty()) return;
    std::map<std::string, std::vector<const Point*>> bySeries;
    for (const SeriesPoint& point : points)
        bySeries[point.series].push_back(&point.point);

    Connection& connection = *implementation_->connection;
    const SeriesIds& known = implementation_->seriesIds;
    SeriesIds added = connection.write(Durability::Beat, [&] {
        implementation_->stateOf(run);
        SeriesIds fresh;
        for (const auto& [name, seriesPoints] : bySeries) {
            const std::pair key{run, name};
            const auto found = known.find(key);
            const int64_t series = found != known.end() ? found->second : fresh[key] = addSeries(connection, run, name);
            writePoints(connection, series, seriesPoints);
        }
        for (const RunEvent& event : events)
            implementation_->addEvent(run, event);
        return fresh;
    });
    implementation_->seriesIds.merge(added);  // only now: a transaction that was rolled back has no series
}

void Store::Implementation::addEvent(int64_t run, const RunEvent& event) {
    Query(*connection, "INSERT INTO event(run_id, step, epoch, wall, level, kind, text, json) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
          run, event.step, event.epoch, event.wall, event.level, event.kind, event.text, storedText(event.details))
        .run();
}

}  // namespace gaplab
