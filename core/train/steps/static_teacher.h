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
    std::unique_ptr<Loss> loss;
    Curve weight;
};

std::vector<Term> makeTerms(const Experiment& experiment, const std::vector<Role>& roles);

struct StepOutputs {
    at::Tensor logits;              ///< [B, K] of the student, detached, float32
    at::Tensor loss;                ///< scalar, weighted sum of the terms, detached
    std::vector<at::Tensor> terms;  ///< scalars, unweighted, detached; in the order of the terms
};

/// The step of kind "static": the student learns from the labels and from frozen teachers. Forward passes and one backward pass;
/// gradients are left in the student's parameters. `epoch` chooses the weights of the terms.
StepOutputs staticTeacherStep(const std::vector<Role>& roles, const std::vector<Term>& terms, const Batch& batch, double epoch);

}  // namespace gaplab
