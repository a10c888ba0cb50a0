#include <algorithm>
#include <functional>

#include "core/store/chunks.h"
#include "core/store/implementation.h"
#include "core/store/series_name.h"
#include "core/store/series_totals.h"

namespace gaplab {
namespace {

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

int64_t rowsOf(Connection& connection, int64_t series) {
    Query query(connection, "SELECT count(*) FROM point_tail WHERE series_id = ?", series);
    query.next();
    return query.integer(0);
}

/// Points behind all others of the series, which with those that are rows fill chunks. Returns how many rows there are then.
int64_t seal(Connection& connection, int64_t series, std::span<const Point> points) {
    std::vector<Point> all;
    Query rows(connection, "DELETE FROM point_tail WHERE series_id = ? RETURNING step, epoch, wall, value", series);
    while (rows.next())
        all.push_back({rows.integer(0), rows.real(1), rows.real(3), rows.real(2)});
    std::ranges::sort(all, {}, &Point::step);
    all.insert(all.end(), points.begin(), points.end());
    const size_t sealed = sealChunks(connection, series, all);
    for (const Point& point : std::span(all).subspan(sealed))
        writeRow(connection, series, point);
    return std::ssize(all) - static_cast<int64_t>(sealed);
}

}  // namespace

struct Store::Implementation::Writing {
    Connection& connection;
    KnownSeries& series;

    /// Points of one series in the order in which they were recorded. A step that is there already is replaced.
    void write(std::span<const Point> points) {
        const bool ascend = std::ranges::adjacent_find(points, std::ranges::greater_equal(), &Point::step) == points.end();
        SeriesTotals& totals = series.totals;
        if (!ascend || (totals.summary.count > 0 && points.front().step <= totals.summary.last.step)) return replace(points);
        if (points.size() >= fewestChunkPoints || static_cast<size_t>(series.rows) + points.size() >= chunkPoints) {
            series.rows = seal(connection, series.id, points);
        } else {
            for (const Point& point : points)
                writeRow(connection, series.id, point);
            series.rows += std::ssize(points);
        }
        for (const Point& point : points)
            totals.include(point);
        saveTotals(connection, series.id, totals);
    }

    void replace(std::span<const Point> points) {
        unsealFrom(connection, series.id, std::ranges::min(points, {}, &Point::step).step);
        for (const Point& point : points)
            writeRow(connection, series.id, point);
        recount(connection, series.id);
        series.totals = loadTotals(connection, series.id);
        series.rows = rowsOf(connection, series.id);
    }
};

void Store::append(int64_t run, std::span<const SeriesPoint> points, std::span<const RunEvent> events) {
    if (points.empty() && events.empty()) return;
    std::map<std::string, std::vector<Point>> bySeries;
    for (const SeriesPoint& point : points)
        bySeries[point.series].push_back(point.point);

    Implementation& self = *implementation_;
    Connection& connection = *self.connection;
    int64_t version = 0;
    auto written = connection.write(Durability::Beat, [&] {
        self.stateOf(run);
        version = self.dataVersion();
        Implementation::KnownSeriesMap changed;
        for (const auto& [name, seriesPoints] : bySeries) {
            Implementation::KnownSeries& series = changed[{run, name}];
            const auto known = self.known.find({run, name});
            if (known != self.known.end() && version == self.knownVersion) {
                series = known->second;
            } else {
                series.id = addSeries(connection, run, name);
                series.totals = loadTotals(connection, series.id);
                series.rows = rowsOf(connection, series.id);
            }
            Implementation::Writing{connection, series}.write(seriesPoints);
        }
        for (const RunEvent& event : events)
            self.addEvent(run, event);
        return changed;
    });
    // Only now: what was rolled back is not in the store.
    if (version != self.knownVersion) self.known.clear();
    self.knownVersion = version;
    for (auto& [key, series] : written)
        self.known.insert_or_assign(key, std::move(series));
}

void Store::Implementation::writeNewSeries(int64_t run, const std::string& name, std::span<const Point> points) {
    if (points.empty()) return;
    KnownSeries series{.id = addSeries(*connection, run, name), .totals = {}};
    Writing{*connection, series}.write(points);
}

void Store::Implementation::addEvent(int64_t run, const RunEvent& event) {
    Query(*connection, "INSERT INTO event(run_id, step, epoch, wall, level, kind, text, json) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
          run, event.step, event.epoch, event.wall, event.level, event.kind, event.text, storedText(event.details))
        .run();
}

}  // namespace gaplab
