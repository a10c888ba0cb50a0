#pragma once

#include <memory>
#include <vector>

#include "core/knowledge/loss.h"
#include "core/mitigation/mitigation.h"
#include "core/train/terms.h"

namespace gaplab {

using Mitigations = std::vector<std::unique_ptr<Mitigation>>;

/// What one network's terms cost in a step, with what mitigations do to them.
class Cost {
public:
    /// `network`: its place among the trained ones. All of them outlive it.
    Cost(const Mitigations& mitigations, const Batch& batch, size_t network)
        : mitigations_(mitigations), batch_(batch), network_(network) {}

    /// Computes a term and adds it with its weight. `from`: null for the labels. Returns its value as it is told, a scalar.
    at::Tensor add(const Term& term, const Outputs* from, const Outputs& to, double weight);
    /// A scalar; undefined where nothing was added. Mitigations learn from it.
    at::Tensor total() const;

private:
    at::Tensor perImage(const Term& term, const TermSite& site, const Outputs* from, const Outputs& to) const;

    const Mitigations& mitigations_;
    const Batch& batch_;
    size_t network_;
    at::Tensor sum_;                    ///< scalar, of means over images
    std::vector<at::Tensor> combined_;  ///< [B], one a mitigation that combines; undefined: nothing
};

}  // namespace gaplab
