#include <torch/types.h>

#include "core/knowledge/members.h"
#include "core/knowledge/relations.h"

namespace gaplab {
namespace {

constexpr double smallest = 1e-7;  // as in the authors' code

class ProbabilisticTransfer final : public RelationLoss {
public:
    explicit ProbabilisticTransfer(const LossPlan& plan)
        : RelationLoss(plan, UsualStages::Pooled), asInPaper_(plan.parameters.value("variant", "official") == "paper") {}

private:
    at::Tensor compare(const at::Tensor& from, const at::Tensor& to) const override {
        const at::Tensor source = neighbours(from), own = neighbours(to);
        const at::Tensor divergence = source * at::log((source + smallest) / (own + smallest));
        return asInPaper_ ? divergence.sum() : divergence.mean();
    }

    /// [B, B], rows sum to 1: how likely an image is chosen as the neighbour of another.
    static at::Tensor neighbours(const at::Tensor& rows) {
        const at::Tensor directions = unit(rows);
        const at::Tensor closeness = (at::mm(directions, directions.t()) + 1) / 2;
        return closeness / closeness.sum(1, true);
    }

    bool asInPaper_;
};

}  // namespace

LossEntry pktLoss() {
    Parameter variant = choiceParameter("variant", "official", {"official", "paper"},
                                        "\"official\": the mean over all pairs; \"paper\": their sum");
    variant.source = "Passalis and Tefas 2018, eq. 8, and their code";
    return {
        {.name = "pkt",
         .help = "Probabilistic knowledge transfer: p_ij says how likely image j is the neighbour of image i, by the cosine of "
                 "their features; the student's neighbours are to be the teacher's. Usual weight: 30000",
         .source = "Passalis and Tefas, Learning Deep Representations with Probabilistic Knowledge Transfer, ECCV 2018",
         .parameters = {variant},
         .facts = {{"formula", "mean_ij pₜ_ij · log(pₜ_ij / pₛ_ij),  p_ij = (1 + cos(fᵢ, fⱼ)) / Σₖ (1 + cos(fᵢ, fₖ))"},
                   {"weight", 30000}}},
        [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<ProbabilisticTransfer>(plan); },
        LossKind::Relations,
        true,
        true};
}

}  // namespace gaplab
