#include "core/knowledge/members.h"
#include "core/knowledge/softened.h"

namespace gaplab {
namespace {

class HintonKd : public PerSampleLoss {
public:
    explicit HintonKd(const Json& parameters) : temperature_(parameters, 4.0) {}

    at::Tensor perSample(const Outputs* from, const Outputs& to, const Batch&) const override {
        return softenedDivergence(from->logits, to.logits, temperature_.now());
    }

    bool setTemperature(double temperature) override { return temperature_.set(temperature); }

private:
    Temperature temperature_;
};

}  // namespace

LossEntry kdLoss() {
    return {
        {.name = "kd",
         .help = "Knowledge distillation: how far the student's softened output q is from the teacher's, p; p = softmax(z / T)",
         .source = "Hinton, Vinyals, Dean 2015, Distilling the Knowledge in a Neural Network",
         .parameters = {temperatureParameter("Hinton et al. 2015; 4 is the usual value on CIFAR")},
         .facts = {{"formula", "T² Σ_c p_c log(p_c / q_c)"}, {"weight", 0.9}, {"unlike", 2.8}}},
        [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<HintonKd>(plan.parameters); }};
}

}  // namespace gaplab
