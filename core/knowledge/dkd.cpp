#include <limits>

#include <torch/types.h>

#include "core/knowledge/members.h"
#include "core/knowledge/softened.h"

namespace gaplab {
namespace {

/// alpha TCKD + beta NCKD, times T^2: TCKD compares how much each network gives the target class, NCKD how it shares the rest.
class DecoupledKd : public PerSampleLoss {
public:
    explicit DecoupledKd(const Json& parameters)
        : alpha_(parameters.value("alpha", 1.0)), beta_(parameters.value("beta", 8.0)), temperature_(parameters, 4.0) {}

    at::Tensor perSample(const Outputs* from, const Outputs& to, const Batch& batch) const override {
        const at::Tensor teacher = from->logits.detach() / temperature_.now();
        const at::Tensor student = to.logits / temperature_.now();
        const at::Tensor target = isTarget(batch.labels, student.size(1));
        const at::Tensor targetKd = divergence(binary(teacher, target), binary(student, target));
        const at::Tensor nonTargetKd = divergence(logOfOthers(teacher, target), logOfOthers(student, target));
        return (alpha_ * targetKd + beta_ * nonTargetKd) * temperature_.squared();
    }

    bool setTemperature(double temperature) override { return temperature_.set(temperature); }

private:
    /// log [p_t, 1 - p_t], [B, 2], exact where p_t is close to 1.
    static at::Tensor binary(const at::Tensor& logits, const at::Tensor& target) {
        const at::Tensor normaliser = at::logsumexp(logits, 1);
        const at::Tensor of = logits.masked_fill(target.logical_not(), 0).sum(1);
        const at::Tensor rest = at::logsumexp(logits.masked_fill(target, -std::numeric_limits<double>::infinity()), 1);
        return at::stack({of - normaliser, rest - normaliser}, 1);
    }

    double alpha_, beta_;
    Temperature temperature_;
};

}  // namespace

LossEntry dkdLoss() {
    Parameter alpha = realParameter("alpha", 1.0, 0.0, 1000.0, "Weight of the part about the target class");
    alpha.source = "Zhao et al. 2022: 1";
    Parameter beta = realParameter("beta", 8.0, 0.0, 1000.0, "Weight of the part about the other classes");
    beta.source = "Zhao et al. 2022: 2 to 8 by pair on CIFAR-100, 0.5 or 2 on ImageNet";
    return {{.name = "dkd",
             .help = "Decoupled knowledge distillation: the target class and the others weighted on their own; p and q are the "
                     "softened outputs of teacher and student, y is the label, p′ = p / (1 − p_y) is shared by the other classes",
             .source = "Zhao et al., Decoupled Knowledge Distillation, CVPR 2022",
             .parameters = {alpha, beta, temperatureParameter("Zhao et al. 2022: 4 on CIFAR-100, 1 on ImageNet")},
             .facts = {{"formula", "T² [α KL((p_y, 1 − p_y) ‖ (q_y, 1 − q_y)) + β Σ_{c≠y} p′_c log(p′_c / q′_c)]"},
                       {"weight", 1},
                       {"unlike", 5.1}}},
            [](const LossPlan& plan) -> std::unique_ptr<Loss> {
                requireOthers("dkd", plan.classes);
                return std::make_unique<DecoupledKd>(plan.parameters);
            }};
}

}  // namespace gaplab
