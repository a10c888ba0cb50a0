#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/store/store.h"

namespace gaplab {

/// The trial a person means: by hash (6 digits at least), or by one of its runs. Throws Error (Input) where there is none.
std::string trialNamed(const Store& store, const std::string& name);

/// The runs of a trial that are not in the trash. Throws Error (Input) where there is none.
std::vector<RunRow> runsThatCount(const Store& store, const std::string& trial);

/// The finished run of every seed; of several the latest, since repeats of one seed are not independent.
std::map<uint64_t, const RunRow*> finishedBySeed(const std::vector<RunRow>& runs, std::vector<std::string>& warnings);

/// The one whose gap is measured: the document names it, else it is the first one. Empty: there is no teacher.
std::string gapTeacher(const RunRow& run);

/// Of the student's best evaluation; nothing where it was never evaluated.
std::optional<double> bestEpochOf(const RunRow& run);

}  // namespace gaplab
