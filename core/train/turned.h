#pragma once

#include <vector>

#include "core/experiment/experiment.h"
#include "core/train/roles.h"
#include "core/train/steps/sequential.h"

namespace gaplab {

/// The networks that the optimiser turns, each set of values once: the student and the teachers that are trained apart from it.
std::vector<const Role*> turnedRoles(const std::vector<Role>& roles);

/// Where a role's values begin among the optimiser's parameters.
size_t placeOf(const std::vector<Role>& roles, const Role& role);

/// What the optimiser turns: the networks' parameters, then those of the terms' adapters.
std::vector<at::Tensor> turnedParameters(const std::vector<Role>& roles, const std::vector<Term>& terms);

/// Parameters whose gradients are clipped together: those of a network apart on their own, for how large its gradient is says
/// nothing about the student's.
std::vector<std::vector<at::Tensor>> clipGroups(const std::vector<Role>& roles, const std::vector<at::Tensor>& parameters);

/// Whether each of the above is under weight decay.
std::vector<bool> decayedParameters(const Training& training, const std::vector<Role>& roles, const std::vector<Term>& terms);

/// Factor on the learning rate of each of the above: student.rates; empty: all are 1.
std::vector<double> ratesOfParameters(const NetworkSpec& student, const std::vector<Role>& roles, size_t parameters);

}  // namespace gaplab
