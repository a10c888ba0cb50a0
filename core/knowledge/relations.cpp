#include "core/knowledge/relations.h"

#include <torch/types.h>

#include "core/knowledge/full_precision.h"

namespace gaplab {

RelationLoss::RelationLoss(const LossPlan& plan, UsualStages usual)
    : pairs_(chosenStages(plan, usual)), activations_(plan.parameters.value("compared", "features") == "activations") {}

at::Tensor RelationLoss::operator()(const Outputs* from, const Outputs& to, const Batch&) const {
    const FullPrecision full(to.logits.device());
    const auto rows = [&](const Outputs& outputs, size_t place) {
        const at::Tensor features = featuresAt(outputs, place);
        return (activations_ && features.dim() == 4 ? features.relu() : features).flatten(1);
    };
    at::Tensor sum;
    for (const StagePair& pair : pairs_) {
        const at::Tensor own = rows(to, pair.to);
        // An image alone has no relations.
        const at::Tensor cost = own.size(0) < 2 ? own.sum() * 0 : compare(rows(*from, pair.from).detach(), own);
        sum = sum.defined() ? sum + cost : cost;
    }
    return sum;
}

}  // namespace gaplab
