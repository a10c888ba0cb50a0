#include <cmath>

#include <torch/types.h>

#include "core/knowledge/members.h"

namespace gaplab {
namespace {

/// T^2 KL(softmax(z_t / T) || softmax(z_s / T)), the sum over classes.
class HintonKd : public PerSampleLoss {
public:
    explicit HintonKd(double temperature) : own_(temperature), temperature_(temperature) {}

    at::Tensor perSample(const Outputs* from, const Outputs& to, const Batch&) const override {
        const at::Tensor teacher = at::log_softmax(from->logits.detach() / temperature_, 1);
        const at::Tensor student = at::log_softmax(to.logits / temperature_, 1);
        return (teacher.exp() * (teacher - student)).sum(1) * (temperature_ * temperature_);
    }

    bool setTemperature(double temperature) override {
        temperature_ = temperature > 0 ? temperature : own_;
        return true;
    }

private:
    double own_, temperature_;
};

}  // namespace

LossEntry kdLoss() {
    return {{.name = "kd",
             .help = "Knowledge distillation: T^2 KL(teacher || student) of softened outputs",
             .source = "Hinton, Vinyals, Dean 2015, Distilling the Knowledge in a Neural Network",
             .parameters = {temperatureParameter("Hinton et al. 2015; 4 is the usual value on CIFAR")}},
            [](const LossPlan& plan) -> std::unique_ptr<Loss> {
                return std::make_unique<HintonKd>(plan.parameters.value("temperature", 4.0));
            }};
}

}  // namespace gaplab
