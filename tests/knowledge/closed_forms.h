#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace gaplab {

using Matrix = std::vector<std::vector<double>>;

/// What a loss should cost, [B, C] logits of both networks and the labels.
using ClosedForm = double (*)(const Matrix& teacher, const Matrix& student, const std::vector<int64_t>& labels,
                              const Json& parameters);

/// The losses of logits, written once more from the papers with loops over plain numbers.
const std::map<std::string, ClosedForm>& closedForms();

/// Of each row: less its mean, divided by its deviation (of n - 1).
Matrix standardisedRows(Matrix logits);

}  // namespace gaplab
