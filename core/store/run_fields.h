#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/store/records.h"

namespace gaplab {

/// What a run has under a name of the filter language; columns and groups of the Library read the same.
struct RunField {
    std::string name, help;
    std::function<std::vector<std::string>(const RunRow&)> texts;  ///< null where it is never but a number
    std::function<std::optional<double>(const RunRow&)> number;    ///< null where it is never a number
};
/// "student", "gap", "training.optimizer.lr" (of the document), "student/train/loss.last" (of a series; .best, .min, .max).
/// Nothing where no field can have this name.
std::optional<RunField> runField(const std::string& name);
/// Names of all fields of the documents and of all figures of the series of these runs, in alphabetical order.
std::vector<std::string> fieldsOfRuns(const std::vector<const RunRow*>& runs);

/// What can stand before ":" or "<", with a word about each.
const std::vector<std::pair<std::string, std::string>>& queryFields();
/// Everything that a bare word is looked for in, in lower case, each on a line of its own.
std::string searchText(const RunRow& run);
/// What the field of text holds in these runs, for completion; each once.
std::vector<std::string> queryValues(const std::string& field, const std::vector<const RunRow*>& runs);

/// ASCII letters only: other scripts are compared as they are written.
std::string inLowerCase(std::string text);

}  // namespace gaplab
