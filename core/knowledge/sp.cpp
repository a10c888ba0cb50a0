#include <torch/types.h>

#include "core/knowledge/members.h"
#include "core/knowledge/relations.h"

namespace gaplab {
namespace {

class SimilarityPreserving final : public RelationLoss {
public:
    explicit SimilarityPreserving(const LossPlan& plan) : RelationLoss(plan, UsualStages::Last) {}

private:
    at::Tensor compare(const at::Tensor& from, const at::Tensor& to) const override {
        return (similarities(from) - similarities(to)).square().mean();
    }

    /// [B, B]
    static at::Tensor similarities(const at::Tensor& rows) { return unit(at::mm(rows, rows.t())); }
};

}  // namespace

LossEntry spLoss() {
    return {{.name = "sp",
             .help = "Similarity preserving: G holds how alike each two of the B images are, FFᵀ with rows of length 1; the "
                     "student's is to be the teacher's. Usual weight: 3000",
             .source = "Tung and Mori, Similarity-Preserving Knowledge Distillation, ICCV 2019, eq. 2 to 4",
             .parameters = {comparedParameter()},
             .facts = {{"formula", "‖Gₜ − Gₛ‖²_F / B²,  G = rows of FFᵀ over their length"}, {"weight", 3000}, {"unlike", 1.7}}},
            [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<SimilarityPreserving>(plan); },
            LossKind::Relations,
            true,
            true};
}

}  // namespace gaplab
