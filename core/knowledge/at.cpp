#include <torch/types.h>

#include "core/knowledge/adapters.h"
#include "core/knowledge/members.h"

namespace gaplab {
namespace {

class AttentionTransfer final : public StagewiseLoss {
public:
    explicit AttentionTransfer(const LossPlan& plan)
        : StagewiseLoss(plan, UsualStages::All),
          power_(plan.parameters.value("power", 2.0)),
          asInPaper_(plan.parameters.value("variant", "official") == "paper") {
        for (size_t i = 0; i < meetings_.size(); ++i)
            if (meetings_[i].vectors)
                throw stageError(plan, i, "A vector has no places: the loss at compares where a map is active", "a stage");
    }

private:
    at::Tensor compare(size_t, const at::Tensor& from, const at::Tensor& to) const override {
        const at::Tensor difference = attention(to) - attention(from);
        return asInPaper_ ? difference.norm(2, 1).mean() / 2 : difference.square().mean();
    }

    /// [B, H W], of length 1.
    at::Tensor attention(const at::Tensor& map) const { return unit(map.abs().pow(power_).mean(1).flatten(1)); }

    double power_;
    bool asInPaper_;
};

}  // namespace

LossEntry atLoss() {
    Parameter power = realParameter("power", 2.0, 1.0, 8.0, "p, to which activations are raised");
    power.source = "Zagoruyko and Komodakis 2017, section 3.1: 2";
    Parameter variant = choiceParameter("variant", "official", {"official", "paper"},
                                        "\"official\": mean of the squared differences; \"paper\": half the length of the "
                                        "difference");
    variant.source = "Zagoruyko and Komodakis 2017, eq. 2, and their code";
    return {{.name = "at",
             .help = "Attention transfer: A(F) says where a map is active, the mean over channels of |F|^p, scaled to length 1; "
                     "the student's is to be the teacher's at every stage l. Usual weight: 1000",
             .source = "Zagoruyko and Komodakis, Paying More Attention to Attention, ICLR 2017",
             .parameters = {power, variant, comparedParameter()},
             .facts = {{"formula", "Σₗ mean((A(Fₛₗ) − A(Fₜₗ))²),  A(F) = a/‖a‖₂,  a = mean_c |F|ᵖ"},
                       {"weight", 1000},
                       {"unlike", -5.2}}},
            [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<AttentionTransfer>(plan); },
            LossKind::Features,
            true,
            true};
}

}  // namespace gaplab
