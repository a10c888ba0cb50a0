#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/error.h"
#include "core/knowledge/members.h"
#include "core/knowledge/reversal.h"
#include "core/knowledge/softened.h"
#include "core/nn/layers/linear.h"
#include "core/nn/layers/stateless.h"

namespace gaplab {
namespace {

/// What the temperature starts from before the sigmoid, as published.
constexpr double start = 1.0;
constexpr int64_t hidden = 128;

/// One value for all images.
class GlobalTheta final : public Network {
public:
    GlobalTheta() { addParameter("theta", {1}, ParameterRole::Bias, Initial::constant(start)); }

    Outputs forward(const at::Tensor&, const Pass& pass) const override { return {.logits = pass.state.parameters.front()}; }
};

/// A value for each image, from both networks' logits [B, 2 C]. At first all are the same.
class InstanceTheta final : public Network {
public:
    explicit InstanceTheta(int64_t classes) : first_(*this, "first", {.in = 2 * classes, .out = hidden}) {
        addParameter("last.weight", {hidden}, ParameterRole::Kernel, Initial::constant(0));
        addParameter("last.bias", {1}, ParameterRole::Bias, Initial::constant(start));
    }

    Outputs forward(const at::Tensor& logits, const Pass& pass) const override {
        const size_t last = parameters_.size() - 2;
        const at::Tensor features = at::relu(first_(logits, pass));
        return {.logits = features.mv(pass.state.parameters[last]) + pass.state.parameters[last + 1]};
    }

private:
    Linear first_;
};

/// Distillation at a temperature that learns to make it harder.
class CurriculumTemperature : public PerSampleLoss {
public:
    explicit CurriculumTemperature(const LossPlan& plan)
        : least_(plan.parameters.value("least", 1.0)),
          span_(plan.parameters.value("span", 20.0)),
          epochs_(plan.parameters.value("epochs", 10.0)) {
        std::shared_ptr<const Network> network;
        if (plan.parameters.value("variant", "global") == "global")
            network = std::make_shared<GlobalTheta>();
        else if (plan.classes > 0)
            network = std::make_shared<InstanceTheta>(plan.classes);
        else
            throw inputError("The loss ctkd with a temperature for each image has to know the number of classes",
                             "Choose the variant \"global\".");
        model_ = {network, initialState(*network, plan.seed)};
    }

    at::Tensor perSample(const Outputs* from, const Outputs& to, const Batch& batch) const override {
        const at::Tensor teacher = from->logits.detach();
        const at::Tensor both = at::cat({teacher, to.logits.detach()}, 1).to(model_.state.parameters.front().scalar_type());
        const at::Tensor theta = model_.network->forward(both, Pass{.state = model_.state, .training = true}).logits;
        const at::Tensor temperature =
            least_ + span_ * reverseGradient(theta, strengthAt(batch.epoch)).to(to.logits.scalar_type()).sigmoid();
        last_ = temperature.detach();
        const at::Tensor divisor = temperature.unsqueeze(1);
        return divergence(at::log_softmax(teacher / divisor, 1), at::log_softmax(to.logits / divisor, 1)) * temperature.square();
    }

    Model* adapters() override { return &model_; }
    LossReport report() override {
        if (!last_.defined()) return {};
        return {.series = {{"temperature", last_.mean().item<double>()}}};
    }

private:
    /// From 0 to 1 by a half cosine.
    double strengthAt(double epoch) const { return (1 - std::cos(std::numbers::pi * std::clamp(epoch / epochs_, 0.0, 1.0))) / 2; }

    double least_, span_, epochs_;
    Model model_;
    mutable at::Tensor last_;  ///< the temperatures of the batch before
};

}  // namespace

LossEntry ctkdLoss() {
    const std::string source = "Li et al., CTKD, AAAI 2023";
    Parameter variant = choiceParameter("variant", "global", {"global", "instance"},
                                        "One temperature for all images, or one for each, which a small network with 128 hidden "
                                        "values finds from the logits of both");
    Parameter least = aboveMinimum(realParameter("least", 1.0, 0.0, 100.0, "The lowest temperature, T₀"));
    Parameter span = realParameter("span", 20.0, 0.0, 1000.0, "How far the temperature may rise above that, R");
    Parameter epochs = aboveMinimum(realParameter(
        "epochs", 10.0, 0.0, 100000.0, "Until the temperature learns at full strength; it begins with none", "epochs"));
    for (Parameter* parameter : {&variant, &least, &span, &epochs})
        parameter->source = source;
    return {
        {.name = "ctkd",
         .help = "Curriculum temperature: distillation at a temperature T that is learned to make the loss greater (its gradient "
                 "is reversed, times λ, which rises from 0 to 1); p and q are the softened outputs of teacher and student, σ is "
                 "the sigmoid of the learned θ. The series \"temperature\" tells T",
         .source = "Li et al., Curriculum Temperature for Knowledge Distillation, AAAI 2023",
         .parameters = {variant, least, span, epochs},
         .facts = {{"formula", "T² Σ_c p_c log(p_c / q_c),  T = T₀ + R σ(θ)"}, {"weight", 0.9}, {"unlike", 3.9}}},
        [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<CurriculumTemperature>(plan); }};
}

}  // namespace gaplab
