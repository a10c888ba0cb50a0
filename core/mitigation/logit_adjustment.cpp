#include "core/mitigation/cells.h"
#include "core/mitigation/members.h"

namespace gaplab {
namespace {

/// With tau log pi, pi the share of each class among the training images.
class LogitAdjustment final : public Mitigation {
public:
    explicit LogitAdjustment(const MitigationPlan& plan) : place_(plan.parameters.at("in")) {
        const Cells classes = cellsOf("class", plan.images);
        const at::Tensor counts = at::tensor(classes.images, at::kLong).to(at::kDouble).clamp_min(1);
        shift_ = ((counts / counts.sum()).log() * plan.parameters.at("tau").get<double>()).to(at::kFloat).to(plan.device);
    }

    at::Tensor shiftOfLearner(const TermSite& site) const override {
        return place_ == "loss" && site.from == "labels" ? shift_ : at::Tensor();
    }
    at::Tensor shiftOfSource(const TermSite& site) const override {
        return place_ == "teacher" && site.from != "labels" && site.frozen ? -shift_ : at::Tensor();
    }
    at::Tensor shiftOfAnswers() const override { return place_ == "answers" ? -shift_ : at::Tensor(); }

private:
    std::string place_;
    at::Tensor shift_;
};

}  // namespace

MitigationEntry logitAdjustmentMitigation() {
    Parameter tau = realParameter("tau", 1.0, 0.0, 10.0, "Factor on the logarithm of each class's share");
    tau.source = "Menon et al., Long-tail learning via logit adjustment, ICLR 2021: 1";
    return {{.name = "logit_adjustment",
             .help = "Rare classes get their due: the logarithm of each class's share in training is added to the logits in the "
                     "cross-entropy, or taken from those of teachers that are not trained here, or from the final answers",
             .source = "Menon et al., ICLR 2021; in distillation: Lukasik et al., Teacher's pet, TMLR 2022",
             .parameters = {choiceParameter("in", "loss", {"loss", "teacher", "answers"},
                                            "Where: in the cross-entropy of every trained network; in what static teachers "
                                            "teach; in the answers of every trained network, as they are evaluated"),
                            tau}},
            [](const MitigationPlan& plan) -> std::unique_ptr<Mitigation> { return std::make_unique<LogitAdjustment>(plan); }};
}

}  // namespace gaplab
