#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/run/bias.h"
#include "core/run/deploy.h"

namespace gaplab {

/// What a deployed student is, in Markdown (after M. Mitchell et al., Model cards for model reporting, FAT* 2019): architecture,
/// training, data with what a data-card.json beside them says, results on the test images with intervals, worst class, groups,
/// and limits. What is not known is said to be not known.
/// `options`: which weights. `report`: says more where it is of this run's trial.
std::string modelCard(const Store& store, const RunRow& run, const DeployOptions& options = {},
                      const BiasReport* report = nullptr);

/// data-card.json in the folder of the data set, or beside its file; nothing where there is none that can be read.
std::optional<Json> dataCardOf(const RunRow& run);

}  // namespace gaplab
