#include "core/store/series_totals.h"

#include <cmath>
#include <limits>

#include "core/store/chunks.h"

namespace gaplab {
namespace {

Point readPoint(const Query& query, int column) {
    return {query.isNull(column) ? 0 : query.integer(column), query.real(column + 1), query.real(column + 3),
            query.real(column + 2)};
}

}  // namespace

void SeriesTotals::include(const Point& point) {
    if (summary.count == 0) firstStep = point.step;
    const bool firstNumber = summary.count == summary.nanCount;
    ++summary.count;
    summary.last = point;
    if (std::isnan(point.value)) {
        ++summary.nanCount;
        if (summary.count == 1) summary.minimum = summary.maximum = point;  // nothing but NaN: the extremes say so
        return;
    }
    if (firstNumber || point.value < summary.minimum.value) summary.minimum = point;
    if (firstNumber || point.value > summary.maximum.value) summary.maximum = point;
}

SeriesTotals readTotals(const Query& query, int column) {
    SeriesTotals totals;
    totals.summary.count = query.integer(column);
    totals.summary.nanCount = query.integer(column + 1);
    if (totals.summary.count == 0) return totals;
    totals.firstStep = query.integer(column + 2);
    totals.summary.last = readPoint(query, column + 3);
    totals.summary.minimum = readPoint(query, column + 7);
    totals.summary.maximum = readPoint(query, column + 11);
    return totals;
}

SeriesTotals loadTotals(Connection& connection, int64_t series) {
    Query query(connection, "SELECT " GAPLAB_TOTALS_COLUMNS " FROM series s WHERE s.id = ?", series);
    query.next();
    return readTotals(query, 0);
}

void saveTotals(Connection& connection, int64_t series, const SeriesTotals& totals) {
    const SeriesSummary& summary = totals.summary;
    const Point &last = summary.last, &low = summary.minimum, &high = summary.maximum;
    Query(connection,
          "UPDATE series SET n = ?, nan_n = ?, first_x = ?, last_x = ?, last_epoch = ?, last_wall = ?, last_v = ?, min_x = ?, "
          "min_epoch = ?, min_wall = ?, min_v = ?, max_x = ?, max_epoch = ?, max_wall = ?, max_v = ? WHERE id = ?",
          summary.count, summary.nanCount, totals.firstStep, last.step, last.epoch, last.wall, last.value, low.step, low.epoch,
          low.wall, low.value, high.step, high.epoch, high.wall, high.value, series)
        .run();
}

void recount(Connection& connection, int64_t series) {
    SeriesTotals totals;
    for (const Point& point : readPoints(connection, series, std::numeric_limits<int64_t>::min()))
        totals.include(point);
    saveTotals(connection, series, totals);
}

}  // namespace gaplab
