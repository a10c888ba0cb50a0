#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/knowledge/adapters.h"

namespace gaplab {

/// A sum over pairs of stages of how unlike the relations between the images of a batch are. The shapes of the two features need
/// nothing in common.
class RelationLoss : public Loss {
public:
    at::Tensor operator()(const Outputs* from, const Outputs& to, const Batch& batch) const final;
    bool needsFeatures() const final { return true; }

protected:
    RelationLoss(const LossPlan& plan, UsualStages usual);
    /// Both [B, features], `from` detached.
    virtual at::Tensor compare(const at::Tensor& from, const at::Tensor& to) const = 0;

private:
    std::vector<StagePair> pairs_;
    bool activations_ = false;
};

}  // namespace gaplab
