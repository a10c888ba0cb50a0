#pragma once

#include "core/store/connection.h"
#include "core/store/records.h"

namespace gaplab {

/// The running summary of one series: its row in the store, and how a point changes it.
struct SeriesTotals {
    int64_t firstStep = 0;
    SeriesSummary summary;  ///< without name and direction

    /// `point` lies behind all points so far.
    void include(const Point& point);
};

/// What `readTotals` reads, of a table "series s"; a macro, since SQL text is put together by the compiler.
#define GAPLAB_TOTALS_COLUMNS                                                                        \
    "s.n, s.nan_n, s.first_x, s.last_x, s.last_epoch, s.last_wall, s.last_v, s.min_x, s.min_epoch, " \
    "s.min_wall, s.min_v, s.max_x, s.max_epoch, s.max_wall, s.max_v"

/// From `column` on.
SeriesTotals readTotals(const Query& query, int column);

SeriesTotals loadTotals(Connection& connection, int64_t series);
void saveTotals(Connection& connection, int64_t series, const SeriesTotals& totals);
/// From all its points, after some were removed or replaced.
void recount(Connection& connection, int64_t series);

}  // namespace gaplab
