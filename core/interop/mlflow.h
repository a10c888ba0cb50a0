#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/interop/foreign_run.h"

namespace gaplab {

// What MLflow's two stores have in common.

/// Every run of a folder with "meta.yaml" of runs below it. Throws Error (Input) with file and line.
std::vector<ForeignRun> readMlflowFolder(const std::filesystem::path& path);
bool isMlflowFolder(const std::filesystem::path& path);

/// Every run of an SQLite database, which stays as it is.
std::vector<ForeignRun> readMlflowDatabase(const std::filesystem::path& path);

/// A tag goes where it belongs: the run's name, its notes, or among the facts.
void addMlflowTag(ForeignRun& run, const std::string& key, const std::string& value);
/// FINISHED, FAILED, KILLED, RUNNING or SCHEDULED. A run that still goes on there has stopped here.
void setMlflowState(ForeignRun& run, const std::string& status);

}  // namespace gaplab
