#pragma once

#include "core/store/connection.h"
#include "core/store/records.h"

namespace gaplab {

/// How the columns of a row of predictions are kept, before they are compressed.
enum PredictionEncoding : int {
    OneByteClasses = 1,
    TwoByteClasses = 2,
};

/// How many, in four bytes; then classes and confidences, deflated.
std::string encodePredictions(const PredictionRecord& predictions, int& encoding);
/// Fills classes and confidences; false where the data are damaged.
bool decodePredictions(std::string_view data, int encoding, PredictionRecord& predictions);

void insertPrediction(Connection& connection, int64_t run, const PredictionRecord& record);

/// A sentence for each row that is damaged.
std::vector<std::string> damagedPredictions(Connection& connection);

}  // namespace gaplab
