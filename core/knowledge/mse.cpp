#include <torch/types.h>

#include "core/knowledge/members.h"

namespace gaplab {
namespace {

/// Squared distance of the logits, summed over the classes.
class MeanSquaredError : public PerSampleLoss {
public:
    at::Tensor perSample(const Outputs* from, const Outputs& to, const Batch&) const override {
        return (to.logits - from->logits.detach()).square().sum(1);
    }
};

}  // namespace

LossEntry mseLoss() {
    return {{.name = "mse",
             .help = "Squared distance between the logits u of the teacher and z of the student, summed over the classes; no "
                     "temperature",
             .source = "Kim et al., Comparing Kullback-Leibler Divergence and Mean Squared Error Loss, IJCAI 2021",
             .facts = {{"formula", "Σ_c (z_c − u_c)²"}}},
            [](const LossPlan&) -> std::unique_ptr<Loss> { return std::make_unique<MeanSquaredError>(); }};
}

}  // namespace gaplab
