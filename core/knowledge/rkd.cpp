#include <ATen/ops/smooth_l1_loss.h>
#include <torch/types.h>

#include "core/knowledge/members.h"
#include "core/knowledge/relations.h"

namespace gaplab {
namespace {

class RelationalKd final : public RelationLoss {
public:
    explicit RelationalKd(const LossPlan& plan)
        : RelationLoss(plan, UsualStages::Pooled),
          distance_(plan.parameters.value("distance", 25.0)),
          angle_(plan.parameters.value("angle", 50.0)) {}

private:
    at::Tensor compare(const at::Tensor& from, const at::Tensor& to) const override {
        const at::Tensor source = differences(from), own = differences(to);
        at::Tensor sum = distance_ * at::smooth_l1_loss(distances(own), distances(source));
        if (angle_ > 0) sum = sum + angle_ * at::smooth_l1_loss(cosines(own), cosines(source));
        return sum;
    }

    /// [B, B, features]: of image j less that of image i.
    static at::Tensor differences(const at::Tensor& rows) { return rows.unsqueeze(0) - rows.unsqueeze(1); }

    /// [B, B], over the mean of those that are not 0.
    static at::Tensor distances(const at::Tensor& differences) {
        const at::Tensor lengths = differences.norm(2, -1);
        const at::Tensor apart = (lengths.detach() > 0).to(lengths.scalar_type()).sum();
        const at::Tensor mean = lengths.sum() / apart.clamp_min(1);
        return lengths / at::where(mean > 0, mean, at::ones_like(mean));
    }

    /// [B, B, B]: at image i, of the angle between j and k.
    static at::Tensor cosines(const at::Tensor& differences) {
        const at::Tensor directions = unit(differences);
        return at::bmm(directions, directions.transpose(1, 2));
    }

    double distance_, angle_;
};

}  // namespace

LossEntry rkdLoss() {
    Parameter distance = realParameter("distance", 25.0, 0.0, 1e4, "d, the weight of the distances between two images");
    Parameter angle = realParameter("angle", 50.0, 0.0, 1e4,
                                    "a, the weight of the angles between three images; takes memory for the cube of the batch");
    distance.source = "Park et al. 2019, section 4.1: 25";
    angle.source = "Park et al. 2019, section 4.1: 50";
    return {
        {.name = "rkd",
         .help = "Relational: the distances ψ between each two images, over their mean, and the cosines φ between each three, "
                 "compared by the smooth absolute difference ℓ. Usual weight: 1",
         .source = "Park et al., Relational Knowledge Distillation, CVPR 2019, eq. 4 to 8",
         .parameters = {distance, angle},
         .facts = {{"formula", "d · mean_ij ℓ(ψₛ, ψₜ) + a · mean_ijk ℓ(φₛ, φₜ),  ψ = ‖fᵢ − fⱼ‖/mean,  φ = cos∠ fᵢfⱼfₖ"},
                   {"weight", 1},
                   {"unlike", -0.1}}},
        [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<RelationalKd>(plan); },
        LossKind::Relations,
        true,
        true};
}

}  // namespace gaplab
