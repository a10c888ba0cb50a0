#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/experiment/experiment.h"
#include "core/nn/network.h"
#include "core/reparam/reparam.h"

namespace gaplab {

/// A network with its values and the part it plays: "student" or the name of a teacher. A teacher that grows out of the student
/// shares network and values with it and is the other view of them.
struct Role {
    std::string name;
    std::string kind = "static";  ///< of a teacher, a registry name
    std::shared_ptr<const Network> network;
    State state;
    View view = View::Student;
    bool trained = false;
    bool apart = true;  ///< has values of its own
    /// Of a route: epoch of its own training -> values; `state` is one of them.
    std::vector<std::pair<int64_t, State>> anchors = {};
    int64_t anchor = 0;    ///< place of the one that teaches now
    bool foreign = false;  ///< its classifier knows other classes than the data have
    /// Of a student that starts from weights, as the plain network: what it starts from.
    std::optional<State> start = {};
    std::vector<std::string> notes = {};  ///< what was not taken over from its weights as it is, a sentence each

    Outputs forward(const at::Tensor& images, bool training, bool taps) const {
        return network->forward(images, Pass{.state = state, .view = view, .training = training, .taps = taps});
    }
};

/// The structure that an experiment trains: the plain student, or the elastic one that holds its dynamic teacher.
/// Throws Error (Input) for layers that do not exist, and for names in student.freeze and student.rates that fit no
/// parameter.
std::shared_ptr<const Network> buildTrained(const Experiment& experiment, InputShape input, int64_t classes,
                                            std::vector<BranchedLayer>* branched = nullptr);

/// Builds the student (first), its dynamic teacher, if there is one (second), and every other teacher of an experiment on
/// `device`. `weights`: role -> file to start from, and for the anchors of a route "role@epoch"; a role without one gets fresh
/// values from `seed`. Throws Error (Input) where a file does not fit its network.
std::vector<Role> buildRoles(const Experiment& experiment, const Dataset& dataset, uint64_t seed,
                             const std::map<std::string, std::filesystem::path>& weights, at::Device device);

/// Gives the student and its dynamic teacher another elastic network with its values.
void replaceStudent(std::vector<Role>& roles, const std::shared_ptr<const Network>& network, const State& state);

/// Brings both, and the student's moving average (null: none), to another width of the teacher, with values that mean nothing
/// yet: to read a checkpoint into.
void setExpansion(std::vector<Role>& roles, State* average, int expansion);

/// In student.rates, the classifier by whatever name it has.
inline constexpr const char* headRate = "head";
/// Factor on the learning rate of each parameter of the student's network: of the longest name in student.rates that it belongs
/// to, else 1.
std::vector<double> rateFactors(const NetworkSpec& student, const Network& network);

}  // namespace gaplab
