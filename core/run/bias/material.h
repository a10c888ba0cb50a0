#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/fairness/answers.h"
#include "core/run/bias.h"

namespace gaplab::bias {

/// What one network, or the networks of several seeds, answered to the images of the split.
struct Speaker {
    std::string role, label, architecture;
    std::vector<int64_t> runs = {};
    std::vector<uint64_t> seeds = {};
    std::vector<fairness::Answers> answers = {};  ///< one a run

    /// The answers of the network that belongs to a seed: of a teacher that is the same for all, the only ones.
    const fairness::Answers& of(size_t seed) const { return answers.size() == 1 ? answers.front() : answers[seed]; }
};

/// Places of a seed among the student's and the baseline's.
struct Pair {
    size_t student = 0, baseline = 0;
};

/// All that a report is made of.
struct Material {
    RunRow run;  ///< the newest of the student's
    std::string split;
    std::vector<std::string> classNames;
    fairness::Groups groups = {};
    std::vector<std::vector<double>> trainingCounts = {};  ///< [class][group]; empty: not known
    std::vector<int64_t> trainingOfClass = {};             ///< empty: not known
    Speaker student;
    std::optional<Speaker> teacher = {}, baseline = {};  ///< of the teacher one for all seeds, or one a seed of the student
    bool isBaselineFound = false;                        ///< nobody named it
    std::vector<Pair> pairs = {};
    std::string noTeacher, noBaseline, noGroups;
    std::vector<std::string> warnings = {};

    int classes() const { return static_cast<int>(classNames.size()); }
    size_t images() const { return student.answers.front().images(); }
};

/// Throws Error (Input) as biasReport does.
Material gather(const Store& store, const BiasQuestion& question);

}  // namespace gaplab::bias
