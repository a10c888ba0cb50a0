#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/experiment/experiment.h"
#include "core/knowledge/loss.h"
#include "core/train/roles.h"

namespace gaplab {

/// A knowledge term ready to be computed.
struct Term {
    std::string name;            ///< "kd:static": loss and source, as in the series student/train/kd:static
    const Role* from = nullptr;  ///< null: the labels
    const Role* to = nullptr;
    std::unique_ptr<Loss> loss;
    Curve weight;
    double until = 0;       ///< epoch from which it is not computed any more; 0: never
    std::string dropGroup;  ///< of the terms of one name, one is left out in each step; empty: none

    bool isActive(double epoch) const { return until == 0 || epoch < until; }
};

/// The terms of an experiment in the document's order. `roles` outlives them. `images`: how many the data set has. Adapters are
/// drawn from `seed`.
std::vector<Term> makeTerms(const Experiment& experiment, const std::vector<Role>& roles, int64_t images, uint64_t seed);

/// How each term compares its two networks, by its place in the document, a line a pair of features; empty where both are alike.
/// Throws Error (Input) with the field where a loss cannot compare its networks. No network is given values.
std::vector<std::vector<std::string>> describeTerms(const Experiment& experiment, InputShape input, int64_t classes);

/// Which terms are left out in a step: of each drop group one at random; empty: none.
std::vector<bool> leftOutTerms(const std::vector<Term>& terms, double epoch, uint64_t seed, int64_t step);

}  // namespace gaplab
