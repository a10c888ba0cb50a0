#include <limits>

#include <torch/types.h>

#include "core/knowledge/members.h"

namespace gaplab {
namespace {

/// Takes the target class out of a softmax, as published.
constexpr double exclusion = 1000.0;

/// alpha TCKD + beta NCKD, times T^2: TCKD compares how much each network gives the target class, NCKD how it shares the rest.
class DecoupledKd : public PerSampleLoss {
public:
    explicit DecoupledKd(const Json& parameters)
        : alpha_(parameters.value("alpha", 1.0)),
          beta_(parameters.value("beta", 8.0)),
          own_(parameters.value("temperature", 4.0)),
          temperature_(own_) {}

    at::Tensor perSample(const Outputs* from, const Outputs& to, const Batch& batch) const override {
        const at::Tensor teacher = from->logits.detach() / temperature_;
        const at::Tensor student = to.logits / temperature_;
        const at::Tensor target = at::one_hot(batch.labels, student.size(1)).to(at::kBool);
        const at::Tensor targetKd = divergence(binary(teacher, target), binary(student, target));
        const at::Tensor others = target.to(student.scalar_type()) * exclusion;
        const at::Tensor nonTargetKd = divergence(at::log_softmax(teacher - others, 1), at::log_softmax(student - others, 1));
        return (alpha_ * targetKd + beta_ * nonTargetKd) * (temperature_ * temperature_);
    }

    bool setTemperature(double temperature) override {
        temperature_ = temperature > 0 ? temperature : own_;
        return true;
    }

private:
    /// log [p_t, 1 - p_t], [B, 2], exact where p_t is close to 1.
    static at::Tensor binary(const at::Tensor& logits, const at::Tensor& target) {
        const at::Tensor normaliser = at::logsumexp(logits, 1);
        const at::Tensor of = logits.masked_fill(target.logical_not(), 0).sum(1);
        const at::Tensor rest = at::logsumexp(logits.masked_fill(target, -std::numeric_limits<double>::infinity()), 1);
        return at::stack({of - normaliser, rest - normaliser}, 1);
    }

    static at::Tensor divergence(const at::Tensor& logP, const at::Tensor& logQ) { return (logP.exp() * (logP - logQ)).sum(1); }

    double alpha_, beta_, own_, temperature_;
};

}  // namespace

LossEntry dkdLoss() {
    Parameter beta = realParameter("beta", 8.0, 0.0, 1000.0, "Weight of the part about the other classes");
    beta.source = "Zhao et al. 2022: 2 to 8 by pair on CIFAR-100, 0.5 or 2 on ImageNet";
    return {{.name = "dkd",
             .help = "Decoupled knowledge distillation: the target class and the others weighted on their own",
             .source = "Zhao et al., Decoupled Knowledge Distillation, CVPR 2022",
             .parameters = {realParameter("alpha", 1.0, 0.0, 1000.0, "Weight of the part about the target class"), beta,
                            temperatureParameter("Zhao et al. 2022: 4 on CIFAR-100, 1 on ImageNet")}},
            [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<DecoupledKd>(plan.parameters); }};
}

}  // namespace gaplab
