#include "core/knowledge/members.h"
#include "core/knowledge/softened.h"

namespace gaplab {
namespace {

/// The least that the greatest logit counts: its share of the temperature has to stay above 0.
constexpr double floorOfMaximum = 0.01;

/// The network whose greatest logit is greater gets more of a common temperature; plus plain distillation.
class DynamicTemperature : public PerSampleLoss {
public:
    explicit DynamicTemperature(const Json& parameters)
        : alpha_(parameters.value("alpha", 3.0)), beta_(parameters.value("beta", 1.0)), temperature_(parameters, 4.0) {}

    at::Tensor perSample(const Outputs* from, const Outputs& to, const Batch&) const override {
        const at::Tensor teacher = from->logits.detach();
        const at::Tensor most = teacher.amax(1, true).clamp_min(floorOfMaximum);
        const at::Tensor ownMost = std::get<0>(to.logits.max(1, true)).clamp_min(floorOfMaximum);
        const at::Tensor share = 2 * temperature_.now() / (most + ownMost);
        const at::Tensor ofTeacher = most * share, ofStudent = ownMost * share;
        const at::Tensor split = divergence(at::log_softmax(teacher / ofTeacher, 1), at::log_softmax(to.logits / ofStudent, 1)) *
                                 (ofTeacher * ofStudent).squeeze(1);
        return alpha_ * split + beta_ * softenedDivergence(teacher, to.logits, temperature_.now());
    }

    bool setTemperature(double temperature) override { return temperature_.set(temperature); }

private:
    double alpha_, beta_;
    Temperature temperature_;
};

}  // namespace

LossEntry dtkdLoss() {
    Parameter alpha = realParameter("alpha", 3.0, 0.0, 1000.0, "Weight of the part with a temperature for each");
    alpha.source = "Wei and Bai 2024, published code: 3 on CIFAR-100";
    Parameter beta = realParameter("beta", 1.0, 0.0, 1000.0, "Weight of plain distillation");
    beta.source = "Wei and Bai 2024, published code: 1";
    Parameter temperature = temperatureParameter("Wei and Bai 2024, published code: 4");
    temperature.help = "Shared out between teacher and student for each image; their mean";
    return {
        {.name = "dtkd",
         .help = "Dynamic temperature distillation: of 2 T each network gets as much as its greatest logit is of both (at least "
                 "0.01 each), T_t = 2 T max u / (max u + max z), T_s alike; u and z are the logits of teacher and student, "
                 "p(T) and q(T) their softmax. Empirical: by its authors' notes the paper's derivation is wrong, the numbers "
                 "stand",
         .source = "Wei and Bai, Dynamic Temperature Knowledge Distillation, 2024",
         .parameters = {alpha, beta, temperature},
         .facts = {{"formula", "α T_t T_s KL(p(T_t) ‖ q(T_s)) + β T² KL(p(T) ‖ q(T))"}, {"weight", 1}, {"empirical", true}}},
        [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<DynamicTemperature>(plan.parameters); }};
}

}  // namespace gaplab
