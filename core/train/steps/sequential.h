#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/experiment/experiment.h"
#include "core/knowledge/loss.h"
#include "core/train/levers.h"
#include "core/train/roles.h"
#include "core/train/steps/cost.h"
#include "core/train/terms.h"

namespace gaplab {

/// What one trained network did in a step.
struct NetworkOutcome {
    at::Tensor logits;  ///< [B, K], detached, float32
    at::Tensor loss;    ///< scalar, weighted sum of its terms, detached
};

/// A teacher whose gradients wait for what the student's step does, with its graph.
struct PendingTeacher {
    at::Tensor logits;  ///< [B, K]
    at::Tensor cost;    ///< scalar, of its terms
};

struct StepOutputs {
    std::vector<NetworkOutcome> networks;  ///< in the order of the roles, the trained ones
    std::vector<at::Tensor> terms;         ///< scalars, unweighted, detached; in the order of the terms
    at::Tensor said;                       ///< logits of Levers::teacher as the student heard them; undefined if it was not run
    std::map<const Role*, PendingTeacher> pending = {};  ///< of the kind "feedback": the step gave them no gradients
    std::map<const Role*, at::Tensor> waits = {};  ///< teachers that decide by the step whether they learn: a boolean scalar
};

/// What a step is made under.
struct StepSettings {
    double epoch = 0;  ///< chooses the weights of the terms
    Levers levers = {};
    bool teacherLearns = true;       ///< Levers::teacher; if not, it is run without gradients
    bool runTeacher = false;         ///< Levers::teacher is run although no term needs it
    std::vector<bool> leftOut = {};  ///< terms that are not computed, in their order; empty: none
};

/// Frozen teachers first, without gradients; then the teachers that are trained and then the student, each with a forward and a
/// backward pass of its own, so that one graph is alive at a time. What the student hears from a trained teacher is what that
/// teacher has just said, detached. Where a teacher listens to the student, the student's forward pass comes before all and its
/// graph waits. Gradients add up in shared parameters.
StepOutputs sequentialStep(const std::vector<Role>& roles, const std::vector<Term>& terms, const Batch& batch,
                           const StepSettings& settings, const Mitigations& mitigations = {});

}  // namespace gaplab
