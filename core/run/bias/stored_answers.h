#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/fairness/answers.h"
#include "core/store/store.h"

namespace gaplab::bias {

/// Stored answers of one role at the run's best evaluation, or where it has none at the latest; nothing where there are none.
std::optional<PredictionRecord> storedAnswers(const Store& store, const RunRow& run, const std::string& role,
                                              const std::string& split);

/// The true classes; empty: not stored.
std::vector<int> storedLabels(const Store& store, const RunRow& run, const std::string& split);

/// What a role answered to images of these labels; nothing where that is not stored, or is of other images.
std::optional<fairness::Answers> answersOf(const Store& store, const RunRow& run, const std::string& role,
                                           const std::string& split, const std::vector<int>& labels, int classes);

/// The same at an epoch; nothing: the latest.
std::optional<fairness::Answers> answersAt(const Store& store, const RunRow& run, const std::string& role,
                                           const std::string& split, const std::vector<int>& labels, int classes,
                                           std::optional<double> epoch);

/// Groups of the images; none where they are not known.
fairness::Groups storedGroups(const Store& store, const RunRow& run, const std::string& split, size_t images);

std::vector<std::string> classNamesOf(const RunRow& run);
std::vector<std::string> groupNamesOf(const RunRow& run);
/// [class][group], of training images; empty: not known.
std::vector<std::vector<double>> trainingCountsOf(const RunRow& run);
/// Training images of each class; empty: not known.
std::vector<int64_t> trainingOfClasses(const RunRow& run);

}  // namespace gaplab::bias
