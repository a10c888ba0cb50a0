#include "core/store/chunks.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <zlib.h>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "core/store/series_name.h"

namespace gaplab {
namespace {

static_assert(std::endian::native == std::endian::little, "chunks are written as the memory has them");

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

template <typename Value>
void put(std::string& data, Value value) {
    data.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <typename Value>
Value at(const char* column, size_t index) {
    Value value;
    std::memcpy(&value, column + index * sizeof value, sizeof value);
    return value;
}

bool same(double a, double b) {
    return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

/// Of a distance that 32 bits hold; a negative one is none.
bool isShort(int64_t distance) {
    return distance >= 0 && distance <= std::numeric_limits<uint32_t>::max();
}

double wallOf(int64_t first, int32_t distance) {
    return static_cast<double>(first + distance) / 1000;
}

std::optional<int64_t> milliseconds(double wall) {
    constexpr double largest = 1e15;  // thirty thousand years
    if (!(std::abs(wall) < largest / 1000)) return {};
    const auto whole = static_cast<int64_t>(std::llround(wall * 1000));
    return same(static_cast<double>(whole) / 1000, wall) ? std::optional(whole) : std::nullopt;
}

bool areMilliseconds(std::span<const Point> points) {
    const auto first = milliseconds(points.front().wall);
    return first && std::ranges::all_of(points, [&](const Point& point) {
               const auto whole = milliseconds(point.wall);
               return whole && std::abs(*whole - *first) <= std::numeric_limits<int32_t>::max();
           });
}

/// Steps an epoch, where all epochs are step / that, as the trainer makes them; 0: they are not.
double stepsPerEpoch(std::span<const Point> points) {
    const auto known = std::ranges::find_if(points, [](const Point& point) { return point.epoch > 0 && point.step > 0; });
    if (known == points.end()) return 0;
    const double steps = std::round(static_cast<double>(known->step) / known->epoch);
    const auto follows = [&](const Point& point) { return same(static_cast<double>(point.step) / steps, point.epoch); };
    return steps > 0 && std::ranges::all_of(points, follows) ? steps : 0;
}

uint32_t checksum(const void* data, size_t size) {
    return static_cast<uint32_t>(crc32(0, static_cast<const Bytef*>(data), static_cast<uInt>(size)));
}

size_t bytesOfPoint(int encoding) {
    return (encoding & ShortSteps ? 4 : 8) + (encoding & Milliseconds ? 4 : 8) + 8 + (encoding & EpochsBySteps ? 0 : 8);
}

bool decode(std::string_view data, size_t count, int64_t firstStep, double firstWall, int encoding, std::vector<Point>& points) {
    if (data.size() != sizeof(double) + count * bytesOfPoint(encoding)) return false;
    const auto perEpoch = at<double>(data.data(), 0);
    const char* steps = data.data() + sizeof(double);
    const char* walls = steps + count * (encoding & ShortSteps ? 4 : 8);
    const char* values = walls + count * (encoding & Milliseconds ? 4 : 8);
    const char* epochs = values + count * 8;
    const int64_t firstMilliseconds = encoding & Milliseconds ? milliseconds(firstWall).value_or(0) : 0;
    const size_t before = points.size();
    points.resize(before + count);
    for (size_t i = 0; i < count; ++i) {
        Point& point = points[before + i];
        point.step = encoding & ShortSteps ? firstStep + at<uint32_t>(steps, i) : at<int64_t>(steps, i);
        point.wall = encoding & Milliseconds ? wallOf(firstMilliseconds, at<int32_t>(walls, i)) : at<double>(walls, i);
        point.value = at<double>(values, i);
        point.epoch = encoding & EpochsBySteps ? static_cast<double>(point.step) / perEpoch : at<double>(epochs, i);
    }
    return true;
}

/// A row of the table, read where SQLite has it.
struct Row {
    size_t count;
    int64_t firstStep, lastStep;
    double firstWall;
    int encoding;
    uint32_t checksum;
    std::string_view data;

    explicit Row(const Query& query)
        : count(static_cast<size_t>(query.integer(0))),
          firstStep(query.integer(1)),
          lastStep(query.integer(2)),
          firstWall(query.real(3)),
          encoding(static_cast<int>(query.integer(4))),
          checksum(static_cast<uint32_t>(query.integer(5))),
          data(query.bytes(6)) {}

    bool read(std::vector<Point>& points) const {
        return gaplab::checksum(data.data(), data.size()) == checksum &&
               decode(data, count, firstStep, firstWall, encoding, points);
    }
};
#define GAPLAB_CHUNK_COLUMNS "n, step0, step1, wall0, enc, crc32, data"

void insertChunk(Connection& connection, int64_t series, std::span<const Point> points) {
    const SealedChunk chunk = encodeChunk(points);
    double low = nan, high = nan;
    int64_t missing = 0;
    for (const Point& point : points) {
        missing += std::isnan(point.value);
        low = std::fmin(low, point.value);
        high = std::fmax(high, point.value);
    }
    Query(connection,
          "INSERT INTO chunk(series_id, seq, n, step0, step1, wall0, vmin, vmax, nan_n, enc, crc32, data) "
          "VALUES(?1, (SELECT coalesce(max(seq), -1) + 1 FROM chunk WHERE series_id = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
          "?11)",
          series, chunk.count, chunk.firstStep, points.back().step, chunk.firstWall, low, high, missing, chunk.encoding,
          checksum(chunk.data.data(), chunk.data.size()), Blob{chunk.data})
        .run();
}

}  // namespace

SealedChunk encodeChunk(std::span<const Point> points) {
    SealedChunk chunk{.count = points.size(), .firstStep = points.front().step, .firstWall = points.front().wall};
    const double perEpoch = stepsPerEpoch(points);
    if (isShort(points.back().step - points.front().step)) chunk.encoding |= ShortSteps;
    if (areMilliseconds(points)) chunk.encoding |= Milliseconds;
    if (perEpoch > 0) chunk.encoding |= EpochsBySteps;
    std::string& data = chunk.data;
    data.reserve(sizeof(double) + points.size() * bytesOfPoint(chunk.encoding));
    put(data, perEpoch);
    for (const Point& point : points)
        if (chunk.encoding & ShortSteps)
            put(data, static_cast<uint32_t>(point.step - chunk.firstStep));
        else
            put(data, point.step);
    const auto first = milliseconds(chunk.firstWall);
    for (const Point& point : points)
        if (chunk.encoding & Milliseconds)
            put(data, static_cast<int32_t>(*milliseconds(point.wall) - *first));
        else
            put(data, point.wall);
    for (const Point& point : points)
        put(data, std::isnan(point.value) ? nan : point.value);
    if (!(chunk.encoding & EpochsBySteps))
        for (const Point& point : points)
            put(data, point.epoch);
    return chunk;
}

bool decodeChunk(const SealedChunk& chunk, std::vector<Point>& points) {
    return decode(chunk.data, chunk.count, chunk.firstStep, chunk.firstWall, chunk.encoding, points);
}

size_t sealChunks(Connection& connection, int64_t series, std::span<const Point> points) {
    size_t sealed = 0;
    while (points.size() - sealed >= fewestChunkPoints) {
        const size_t count = std::min(points.size() - sealed, chunkPoints);
        insertChunk(connection, series, points.subspan(sealed, count));
        sealed += count;
    }
    return sealed;
}

void unsealFrom(Connection& connection, int64_t series, int64_t step) {
    std::vector<Point> points;
    {
        Query query(connection, "DELETE FROM chunk WHERE series_id = ? AND step1 >= ? RETURNING " GAPLAB_CHUNK_COLUMNS, series,
                    step);
        while (query.next())
            if (const Row row(query); !row.read(points))
                spdlog::warn("A damaged chunk of a series (steps {} to {}) was removed", row.firstStep, row.lastStep);
    }
    for (const Point& point : points)
        writeRow(connection, series, point);
}

void writeRow(Connection& connection, int64_t series, const Point& point) {
    Query(connection,
          "INSERT INTO point_tail(series_id, step, epoch, wall, value) VALUES(?, ?, ?, ?, ?) "
          "ON CONFLICT DO UPDATE SET epoch = excluded.epoch, wall = excluded.wall, value = excluded.value",
          series, point.step, point.epoch, point.wall, point.value)
        .run();
}

std::vector<Point> readPoints(Connection& connection, int64_t series, int64_t afterStep) {
    std::vector<Point> points;
    Query chunks(connection, "SELECT " GAPLAB_CHUNK_COLUMNS " FROM chunk WHERE series_id = ? AND step1 > ? ORDER BY seq", series,
                 afterStep);
    while (chunks.next()) {
        const Row row(chunks);
        if (row.read(points)) continue;
        spdlog::warn("A chunk of a series is damaged: its steps {} to {} are left out. \"gaplab-cli store check\" tells more",
                     row.firstStep, row.lastStep);
        const Point* last = points.empty() ? nullptr : &points.back();
        const double perStep = last && last->step > 0 ? last->epoch / static_cast<double>(last->step) : 0;
        for (const int64_t step : {row.firstStep, row.lastStep})
            points.push_back({step, static_cast<double>(step) * perStep, nan, row.firstWall});
    }
    const auto first = std::ranges::upper_bound(points, afterStep, {}, &Point::step);
    points.erase(points.begin(), first);
    Query tail(connection, "SELECT step, epoch, wall, value FROM point_tail WHERE series_id = ? AND step > ? ORDER BY step",
               series, afterStep);
    while (tail.next())
        points.push_back({tail.integer(0), tail.real(1), tail.real(3), tail.real(2)});
    return points;
}

std::vector<std::string> damagedChunks(Connection& connection) {
    std::vector<std::string> findings;
    std::vector<Point> points;
    Query query(connection,
                "SELECT c.n, c.step0, c.step1, c.wall0, c.enc, c.crc32, c.data, s.run_id, m.role, m.split, m.name FROM chunk c "
                "JOIN series s ON s.id = c.series_id JOIN metric m ON m.id = s.metric_id ORDER BY c.id");
    while (query.next()) {
        points.clear();
        if (const Row row(query); !row.read(points))
            findings.push_back(
                fmt::format("Steps {} to {} of {} of run {} are damaged: {} points are left out, the others are as they were",
                            row.firstStep, row.lastStep, SeriesName{query.text(8), query.text(9), query.text(10), "", ""}.text(),
                            query.integer(7), row.count));
    }
    return findings;
}

}  // namespace gaplab
