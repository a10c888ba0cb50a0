#pragma once

#include <span>
#include <vector>

#include "core/store/connection.h"
#include "core/store/records.h"

namespace gaplab {

// A series lies in two places: its newest points as rows (point_tail), where each is safe at once, and all before them in sealed
// chunks, which take half the room and are read many times as fast.

constexpr size_t chunkPoints = 1024;
/// What comes so many at a time is sealed at once: a row of its own for each point would take ten times as long.
constexpr size_t fewestChunkPoints = 200;

/// How the columns of a chunk are kept; whatever they hold, they come back bit for bit.
enum ChunkEncoding : int {
    ShortSteps = 1,     ///< steps as 32-bit distances from the first one, else as they are
    Milliseconds = 2,   ///< times as 32-bit milliseconds from the first one, else as they are
    EpochsBySteps = 4,  ///< epochs as step / steps an epoch, which is kept once, else as they are
};

struct SealedChunk {
    size_t count = 0;
    int64_t firstStep = 0;
    double firstWall = 0;
    int encoding = 0;
    std::string data;  ///< little endian: steps an epoch, then column after column
};
/// Points ascend by step; at least one.
SealedChunk encodeChunk(std::span<const Point> points);
/// Appends the points. Returns false, and appends nothing, where the data do not have the length that they should have.
bool decodeChunk(const SealedChunk& chunk, std::vector<Point>& points);

/// Seals the points, but for a rest of fewer than fewestChunkPoints, behind those of the series, and returns how many that were.
/// In a transaction of the caller.
size_t sealChunks(Connection& connection, int64_t series, std::span<const Point> points);

/// One point as a row; replaces the one of that step.
void writeRow(Connection& connection, int64_t series, const Point& point);

/// Chunks that hold steps from `step` on become rows again, for points to be replaced or removed. What is damaged is gone
/// thereby. In a transaction of the caller.
void unsealFrom(Connection& connection, int64_t series, int64_t step);

/// All points behind `afterStep`, ascending by step. A damaged chunk is told in the log, and becomes two values that are not
/// numbers, at its first and its last step, so that a line through the points is interrupted there.
std::vector<Point> readPoints(Connection& connection, int64_t series, int64_t afterStep);

/// A sentence for each damaged chunk of the store.
std::vector<std::string> damagedChunks(Connection& connection);

}  // namespace gaplab
