#include <limits>

#include <torch/types.h>

#include "core/knowledge/members.h"
#include "core/knowledge/softened.h"

namespace gaplab {
namespace {

/// Added to the product of two lengths, as published.
constexpr double published = 1e-8;
/// A row whose deviations are below this share of its values is constant but for rounding.
constexpr double rounding = 1e-6;
/// And one with deviations below this, whose squares float32 does not tell from 0.
constexpr double smallestLength = 1e-18;

/// Of each row; never 0, where a root has no gradient.
at::Tensor lengths(const at::Tensor& rows) {
    return rows.square().sum(1).clamp_min(std::numeric_limits<float>::min()).sqrt();
}

/// Pearson's correlation of each row of a with the same one of b, [rows]; 0, without a gradient, where either is constant.
at::Tensor correlations(const at::Tensor& a, const at::Tensor& b, double epsilon) {
    const at::Tensor x = a - a.mean(1, true), y = b - b.mean(1, true);
    const at::Tensor lengthX = lengths(x), lengthY = lengths(y);
    const at::Tensor constant = (lengthX <= rounding * lengths(a) + smallestLength)
                                    .logical_or(lengthY <= rounding * lengths(b) + smallestLength)
                                    .detach();
    return ((x * y).sum(1) / (lengthX * lengthY + epsilon).masked_fill(constant, 1)).masked_fill(constant, 0);
}

/// beta times how little the classes of an image correlate, gamma times how little the images do in a class.
class StrongerTeacher : public Loss {
public:
    explicit StrongerTeacher(const Json& parameters)
        : beta_(parameters.value("beta", 1.0)),
          gamma_(parameters.value("gamma", 1.0)),
          temperature_(parameters, 4.0),
          official_(parameters.value("variant", "official") == "official") {}

    at::Tensor operator()(const Outputs* from, const Outputs& to, const Batch&) const override {
        const at::Tensor teacher = at::softmax(from->logits.detach() / temperature_.now(), 1);
        const at::Tensor student = at::softmax(to.logits / temperature_.now(), 1);
        const at::Tensor between = 1 - correlations(student, teacher, epsilon()).mean();
        const at::Tensor within = 1 - correlations(student.t(), teacher.t(), epsilon()).mean();
        return (beta_ * between + gamma_ * within) * (official_ ? temperature_.squared() : 1.0);
    }

    bool setTemperature(double temperature) override { return temperature_.set(temperature); }

private:
    double epsilon() const { return official_ ? published : 0.0; }

    double beta_, gamma_;
    Temperature temperature_;
    bool official_;
};

}  // namespace

LossEntry distLoss() {
    Parameter beta = realParameter("beta", 1.0, 0.0, 1000.0, "Weight of the relation between the classes of an image");
    beta.source = "Huang et al., published code: 1, with knowledge weight 2";
    Parameter gamma = realParameter("gamma", 1.0, 0.0, 1000.0, "Weight of the relation between the images in a class");
    gamma.source = beta.source;
    Parameter temperature = temperatureParameter("Huang et al. 2022: 4 on CIFAR-100, 1 on ImageNet");
    temperature.help = "Softens both distributions; in the official variant the loss is multiplied by its square";
    Parameter variant = choiceParameter("variant", "official", {"official", "paper"},
                                        "The published code multiplies by T² and adds 10⁻⁸ to the product of the lengths, which "
                                        "quietens classes of tiny probability; the paper does neither");
    variant.source = "Huang et al. 2022, equations 8 to 10, and the published code";
    return {{.name = "dist",
             .help = "Distillation from a stronger teacher: p and q are the softened outputs of teacher and student [B, C]; ρ is "
                     "Pearson's correlation, over the classes for each image b and over the batch for each class c (0 where a "
                     "distribution is constant, as over a batch of one)",
             .source = "Huang et al., Knowledge Distillation from A Stronger Teacher, NeurIPS 2022",
             .parameters = {beta, gamma, temperature, variant},
             .facts = {{"formula", "T² [β mean_b(1 − ρ(p_b·, q_b·)) + γ mean_c(1 − ρ(p_·c, q_·c))]"}, {"weight", 2}}},
            [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<StrongerTeacher>(plan.parameters); }};
}

}  // namespace gaplab
