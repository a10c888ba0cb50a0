#include <cmath>

#include "core/knowledge/members.h"
#include "core/knowledge/softened.h"

namespace gaplab {
namespace {

/// Five temperatures about the given one: 2, 3, 4, 5 and 6 for 4, as published.
constexpr double around[] = {0.5, 0.75, 1.0, 1.25, 1.5};

/// Distillation of each image, of the images' likeness and of the classes' likeness, at several temperatures.
class MultiLevel : public Loss {
public:
    explicit MultiLevel(const Json& parameters) : keep_(parameters.value("keep", 0.5)), temperature_(parameters, 4.0) {}

    at::Tensor operator()(const Outputs* from, const Outputs& to, const Batch&) const override {
        const at::Tensor teacher = from->logits.detach(), kept = leastSure(teacher);
        const auto images = static_cast<double>(to.logits.size(0)), classes = static_cast<double>(to.logits.size(1));
        at::Tensor sum = at::zeros({}, to.logits.options().requires_grad(false));
        for (const double factor : around) {
            const double temperature = factor * temperature_.now();
            const at::Tensor p = at::softmax(teacher / temperature, 1), q = at::softmax(to.logits / temperature, 1);
            const at::Tensor alike = (p.mm(p.t()) - q.mm(q.t())).square().sum(1), across = p.t().mm(p) - q.t().mm(q);
            const at::Tensor instances = softenedDivergence(teacher, to.logits, temperature);
            sum = sum + ((instances + alike) * kept).sum() / images + across.square().sum() / classes;
        }
        return sum;
    }

    bool setTemperature(double temperature) override { return temperature_.set(temperature); }

private:
    /// 1 for the share of the images of whose class the teacher is least sure, and for all that are as sure as the last of them.
    at::Tensor leastSure(const at::Tensor& teacher) const {
        const at::Tensor confidence = std::get<0>(at::softmax(teacher, 1).max(1));
        const auto count = static_cast<double>(confidence.size(0));
        const auto last = static_cast<int64_t>(std::ceil(keep_ * count)) - 1;
        return confidence.le(std::get<0>(confidence.sort()).select(0, std::max<int64_t>(last, 0))).to(teacher.scalar_type());
    }

    double keep_;
    Temperature temperature_;
};

}  // namespace

LossEntry mlkdLoss() {
    Parameter keep = aboveMinimum(
        realParameter("keep", 0.5, 0.0, 1.0,
                      "Share of the images compared one by one and with the others: those of whose class the teacher "
                      "is least sure"));
    keep.source = "Jin et al. 2023, published code: 0.5 for the weak view, all for the strong one";
    Parameter temperature = temperatureParameter("Jin et al. 2023: 2, 3, 4, 5 and 6");
    temperature.help = "The middle T of five temperatures: 1/2, 3/4, 1, 5/4 and 3/2 of it";
    return {
        {.name = "mlkd",
         .help = "Multi-level logit distillation on one view of each image (the published method also has a strongly augmented "
                 "one): P and Q [B, C] are the softened outputs of teacher and student at temperature τ, M keeps the rows of the "
                 "images of which the teacher is least sure, the sum is over five temperatures",
         .source = "Jin et al., Multi-Level Logit Distillation, CVPR 2023",
         .parameters = {keep, temperature},
         .facts = {{"formula", "Σ_τ [τ² Σ_b M_b KL(P_b ‖ Q_b) / B + ‖M (P Pᵀ − Q Qᵀ)‖² / B + ‖Pᵀ P − Qᵀ Q‖² / C]"},
                   {"weight", 0.9}}},
        [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<MultiLevel>(plan.parameters); }};
}

}  // namespace gaplab
