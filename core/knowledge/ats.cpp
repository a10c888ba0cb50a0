#include "core/knowledge/members.h"
#include "core/knowledge/softened.h"

namespace gaplab {
namespace {

/// The teacher's logit of the label is softened by another temperature than its others; the student's by none.
class AsymmetricScaling : public PerSampleLoss {
public:
    explicit AsymmetricScaling(const Json& parameters)
        : target_(parameters.value("target_temperature", 4.0)), others_(parameters.value("other_temperature", 2.0)) {}

    at::Tensor perSample(const Outputs* from, const Outputs& to, const Batch& batch) const override {
        const at::Tensor teacher = from->logits.detach();
        const at::Tensor scaled = at::where(isTarget(batch.labels, teacher.size(1)), teacher / target_, teacher / others_);
        return -(at::softmax(scaled, 1) * at::log_softmax(to.logits, 1)).sum(1);
    }

private:
    double target_, others_;
};

Parameter scale(const std::string& name, double value, const std::string& help) {
    Parameter parameter = aboveMinimum(realParameter(name, value, 0.0, 100.0, help));
    parameter.source = "Li et al. 2022 search 1 to 6 for the label and 1 to 5 for the others; 4 and 2 are a starting point";
    return parameter;
}

}  // namespace

LossEntry atsLoss() {
    return {
        {.name = "ats",
         .help = "Asymmetric temperature scaling, for large teachers: u and z are the logits of teacher and student, y is the "
                 "label; with τ₁ above τ₂ the teacher is less sure and its other classes tell more",
         .source = "Li et al., Asymmetric Temperature Scaling Makes Larger Networks Teach Well Again, NeurIPS 2022",
         .parameters = {scale("target_temperature", 4.0, "Divides the teacher's logit of the label, τ₁"),
                        scale("other_temperature", 2.0, "Divides the teacher's other logits, τ₂")},
         .facts = {{"formula", "− Σ_c p_c log softmax(z)_c,  p = softmax(u_y / τ₁, u_{c≠y} / τ₂)"}, {"weight", 0.5}}},
        [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<AsymmetricScaling>(plan.parameters); }};
}

}  // namespace gaplab
