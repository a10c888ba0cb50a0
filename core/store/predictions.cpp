#include "core/store/predictions.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <zlib.h>

#include <fmt/format.h>

#include "core/store/implementation.h"

namespace gaplab {
namespace {

constexpr uint32_t mostPredictions = 1U << 28;

size_t bytesEach(int encoding) {
    return encoding == TwoByteClasses ? 3 : 2;
}

}  // namespace

std::string encodePredictions(const PredictionRecord& predictions, int& encoding) {
    const std::vector<uint16_t>& classes = predictions.classes;
    encoding = std::ranges::all_of(classes, [](uint16_t label) { return label < 256; }) ? OneByteClasses : TwoByteClasses;
    std::string plain;
    for (const uint16_t label : classes) {
        plain += static_cast<char>(label & 0xff);
        if (encoding == TwoByteClasses) plain += static_cast<char>(label >> 8);
    }
    plain.append(predictions.confidences.begin(), predictions.confidences.end());
    const auto count = static_cast<uint32_t>(classes.size());
    uLongf size = compressBound(static_cast<uLong>(plain.size()));
    std::string data(sizeof count + size, '\0');
    std::memcpy(data.data(), &count, sizeof count);
    compress(reinterpret_cast<Bytef*>(data.data() + sizeof count), &size, reinterpret_cast<const Bytef*>(plain.data()),
             static_cast<uLong>(plain.size()));
    data.resize(sizeof count + size);
    return data;
}

bool decodePredictions(std::string_view data, int encoding, PredictionRecord& predictions) {
    uint32_t count = 0;
    if (data.size() < sizeof count || (encoding != OneByteClasses && encoding != TwoByteClasses)) return false;
    std::memcpy(&count, data.data(), sizeof count);
    if (count > mostPredictions) return false;
    std::string plain(count * bytesEach(encoding), '\0');
    uLongf size = plain.size();
    const auto* packed = reinterpret_cast<const Bytef*>(data.data() + sizeof count);
    const int result = uncompress(reinterpret_cast<Bytef*>(plain.data()), &size, packed,
                                  static_cast<uLong>(data.size() - sizeof count));  // which ends with a checksum
    if (result != Z_OK || size != plain.size()) return false;
    const auto byte = [&plain](size_t place) { return static_cast<unsigned char>(plain[place]); };
    predictions.classes.resize(count);
    predictions.confidences.resize(count);
    const size_t behind = count * (bytesEach(encoding) - 1);
    for (size_t i = 0; i < count; ++i) {
        predictions.classes[i] = encoding == OneByteClasses ? byte(i) : static_cast<uint16_t>(byte(2 * i) | byte(2 * i + 1) << 8);
        predictions.confidences[i] = byte(behind + i);
    }
    return true;
}

void insertPrediction(Connection& connection, int64_t run, const PredictionRecord& record) {
    int encoding = 0;
    const std::string data = encodePredictions(record, encoding);
    Query(connection, "INSERT OR REPLACE INTO prediction(run_id, epoch, role, split, enc, data) VALUES(?, ?, ?, ?, ?, ?)", run,
          record.epoch, record.role, record.split, encoding, Blob{data})
        .run();
}

void Store::addPredictions(int64_t run, std::span<const PredictionRecord> predictions, double keptEpoch) {
    if (predictions.empty()) return;
    Connection& connection = *implementation_->connection;
    connection.write(Durability::Beat, [&] {
        implementation_->stateOf(run);
        std::set<std::string> splits;
        for (const PredictionRecord& record : predictions)
            if (splits.insert(record.split).second)
                Query(connection, "DELETE FROM prediction WHERE run_id = ? AND split = ? AND epoch NOT IN (?, ?)", run,
                      record.split, keptEpoch, record.epoch)
                    .run();
        for (const PredictionRecord& record : predictions)
            insertPrediction(connection, run, record);
    });
}

std::optional<PredictionRecord> Store::predictions(int64_t run, const std::string& role, const std::string& split,
                                                   std::optional<double> epoch) const {
    Connection& connection = *implementation_->connection;
    return connection.read([&]() -> std::optional<PredictionRecord> {
        Query query(
            connection,
            "SELECT epoch, enc, data FROM prediction WHERE run_id = ?1 AND role = ?2 AND split = ?3 AND (?4 IS NULL OR epoch "
            "= ?4) ORDER BY epoch DESC LIMIT 1",
            run, role, split, epoch);
        if (!query.next()) return {};
        PredictionRecord record{.role = role, .split = split, .epoch = query.real(0)};
        if (!decodePredictions(query.bytes(2), static_cast<int>(query.integer(1)), record)) return {};
        return record;
    });
}

std::vector<std::string> damagedPredictions(Connection& connection) {
    std::vector<std::string> findings;
    Query query(connection, "SELECT run_id, role, split, epoch, enc, data FROM prediction ORDER BY run_id");
    while (query.next()) {
        PredictionRecord record;
        if (!decodePredictions(query.bytes(5), static_cast<int>(query.integer(4)), record))
            findings.push_back(fmt::format("What {} of run {} answered on {} images at epoch {:g} is damaged", query.text(1),
                                           query.integer(0), query.text(2), query.real(3)));
    }
    return findings;
}

}  // namespace gaplab
