#pragma once

#include <memory>
#include <vector>

#include "core/base/json.h"
#include "core/nn/network.h"
#include "core/run/data_cache.h"
#include "core/run/workbench.h"
#include "core/store/store.h"

namespace gaplab {

/// The runs of an experiment, stored and ready to be trained.
struct Prepared {
    std::vector<int64_t> runs;                         ///< all of them, ascending; stages that were in the store already included
    std::vector<int64_t> toTrain;                      ///< in the order of training
    std::vector<int64_t> done;                         ///< found finished instead of being trained again; stages not counted
    std::vector<std::shared_ptr<const Dataset>> data;  ///< kept alive until the worker has begun
};

/// Loads the data, resolves device and precision, checks every file of weights, and stores the runs as queued: all of them, or
/// none if anything is wrong. Stages that several experiments need are one run. `reuse`: see SubmitOptions. Throws Error.
Prepared prepareRuns(Store& store, const std::vector<Json>& documents, bool reuse, DataCache& cache, const LoadOptions& options);

/// Puts a stopped, failed or lost run back into the queue, and before it what it needs and is not finished. Throws Error (Input)
/// where there is nothing to resume.
std::vector<int64_t> requeue(Store& store, int64_t run);

/// Throws Error (Input) with a table of what does not fit if a file of weights that the experiment names is of another network.
void requireFittingFiles(const Experiment& experiment, const Dataset& dataset);

/// What looks at groups, or at classes by their names, fits the images. Throws Error (Input) with the field.
void requireFittingGroups(const Experiment& experiment, const Dataset& dataset);

/// The file of weights that a run offers: "best", "last" or a kept epoch. Throws Error (Input) where it has none.
std::filesystem::path weightsOfRun(const Store& store, int64_t run, const std::string& epoch);

/// Training images of each class.
std::vector<int64_t> imagesOfClasses(const Dataset& dataset);

/// {"architecture", "parameters", "macs", "stage_shapes"} of each role.
std::map<std::string, Json> profileRoles(const Experiment& experiment, InputShape input, int64_t classes);

}  // namespace gaplab
