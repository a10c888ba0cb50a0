#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/base/json.h"
#include "core/measure/tally.h"
#include "core/nn/tensor_file.h"
#include "core/train/optimizer.h"
#include "core/train/roles.h"
#include "core/train/steps/sequential.h"

namespace gaplab {

/// Everything a run needs to go on exactly as if it had never stopped. Data order and augmentation are functions of seed and
/// step, so no generator has a state to keep.
struct TrainingState {
    std::vector<Role>& roles;  ///< the student first
    State* ema;                ///< null: none
    const std::vector<Term>& terms;
    const Mitigations& mitigations;
    Optimizer& optimizer;
    std::vector<Tally>& tallies;  ///< of the logging interval that has begun, one a trained network
    at::Tensor& termSums;         ///< float64 [terms]
    at::Tensor gapSums;           ///< of the controller's beat that has begun; undefined: no gap
    Json progress;                ///< {"step", "best": {"step", "accuracy", "file", "expansion"}, "gap", "edits", "expansion"}
};

/// The whole training state (kind "last").
void saveTraining(const std::filesystem::path& path, const TrainingState& state);

/// Such a file as it was read.
struct SavedTraining {
    std::filesystem::path path;
    TensorFile file;
    Json progress;
};
/// Throws Error (Input) where there is none.
SavedTraining readTraining(const std::filesystem::path& path);
/// Copies the values back in place. Throws Error (Input) where they do not fit.
void takeTraining(const SavedTraining& saved, TrainingState state);

/// The networks' values alone (and their average's), for evaluation and as starting weights: the student under "student/" in the
/// plain tensors of its architecture, and where it is part of an elastic network, that under "elastic/". Teachers that are
/// trained apart from it lie under "teachers/NAME/".
void saveWeights(const std::filesystem::path& path, const std::vector<Role>& roles, const State* ema, const Json& facts);
/// Reads what the above wrote into the values of the trained networks and, if given, of the student's average.
void loadAllWeights(const std::filesystem::path& path, std::vector<Role>& roles, State* ema);

}  // namespace gaplab
