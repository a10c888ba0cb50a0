#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/experiment/experiment.h"
#include "core/nn/network.h"

namespace gaplab {

/// A network with its values and the part it plays: "student" or the name of a teacher.
struct Role {
    std::string name;
    std::unique_ptr<Network> network;
    State state;
    bool trained = false;
};

/// Builds the student (first) and every teacher of an experiment on `device`. `weights`: role -> file to start from; a role
/// without one gets fresh values from `seed`. Throws Error (Input) where a file does not fit its network.
std::vector<Role> buildRoles(const Experiment& experiment, const Dataset& dataset, uint64_t seed,
                             const std::map<std::string, std::filesystem::path>& weights, at::Device device);

/// Copies the values of a weights file into `state`: a checkpoint of a run (its student) or plain parameter names.
void loadWeights(const std::filesystem::path& path, const Network& network, State& state);

}  // namespace gaplab
