#include "core/knowledge/members.h"
#include "core/knowledge/softened.h"

namespace gaplab {
namespace {

/// Soft cross-entropy, apart for the target class and, shared anew, for the others.
class NormalizedKd : public PerSampleLoss {
public:
    explicit NormalizedKd(const Json& parameters) : gamma_(parameters.value("gamma", 1.5)), temperature_(parameters, 1.0) {}

    at::Tensor perSample(const Outputs* from, const Outputs& to, const Batch& batch) const override {
        const at::Tensor teacher = from->logits.detach();
        const at::Tensor label = batch.labels.unsqueeze(1), target = isTarget(batch.labels, to.logits.size(1));
        const at::Tensor ofTarget =
            (at::softmax(teacher, 1).gather(1, label) * at::log_softmax(to.logits, 1).gather(1, label)).squeeze(1);
        const at::Tensor ofOthers =
            (logOfOthers(teacher / temperature_.now(), target).exp() * logOfOthers(to.logits / temperature_.now(), target))
                .sum(1);
        return -(ofTarget + gamma_ * temperature_.squared() * ofOthers);
    }

    bool setTemperature(double temperature) override { return temperature_.set(temperature); }

private:
    double gamma_;
    Temperature temperature_;
};

}  // namespace

LossEntry nkdLoss() {
    Parameter gamma = realParameter("gamma", 1.5, 0.0, 1000.0, "Weight of the part about the other classes");
    gamma.source = "Yang et al. 2023: 1.5 on ImageNet";
    Parameter temperature = temperatureParameter("Yang et al. 2023: 1 on ImageNet");
    temperature.defaultValue = 1.0;
    temperature.help = "Softens how the other classes share their probability; their part is multiplied by its square";
    return {
        {.name = "nkd",
         .help = "Normalized knowledge distillation, beside the loss ce: p and q are the softmax of teacher and student, y is "
                 "the label, p′ and q′ are shared by the other classes at temperature T and sum to 1 there",
         .source = "Yang et al., From Knowledge Distillation to Self-Knowledge Distillation, ICCV 2023",
         .parameters = {gamma, temperature},
         .facts = {{"formula", "− p_y log q_y − γ T² Σ_{c≠y} p′_c log q′_c"}, {"weight", 1}}},
        [](const LossPlan& plan) -> std::unique_ptr<Loss> {
            requireOthers("nkd", plan.classes);
            return std::make_unique<NormalizedKd>(plan.parameters);
        }};
}

}  // namespace gaplab
