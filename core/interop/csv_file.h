#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/interop/foreign_run.h"

namespace gaplab {

/// What stands in a cell where a number should.
enum class OtherText { Refuse, Note };

/// The runs of a CSV file by their names; one that has no column "run" is of one run without a name. Either long, with the
/// columns metric, step and value, or wide, with the column step (or _step) and one column a metric. Throws Error (Input) with
/// the line.
std::map<std::string, ForeignRun> readCsvRuns(const std::filesystem::path& path, OtherText otherText);

}  // namespace gaplab
