#include <ATen/ops/bincount.h>

#include "core/mitigation/members.h"

namespace gaplab {
namespace {

/// How far the teacher is ahead for the right class, [N]: p_y - max p_j, j != y.
at::Tensor marginsOf(const at::Tensor& logits, const at::Tensor& labels) {
    const at::Tensor probabilities = logits.to(at::kDouble).softmax(1);
    const at::Tensor right = probabilities.gather(1, labels.unsqueeze(1)).squeeze(1);
    return right - probabilities.scatter(1, labels.unsqueeze(1), -1.0).amax(1);
}

class ClassWeight final : public Mitigation {
public:
    explicit ClassWeight(const MitigationPlan& plan)
        : teacher_(plan.teacher),
          maximum_(plan.parameters.at("maximum")),
          trust_(at::zeros({std::ssize(plan.images.classes)}, at::TensorOptions(plan.device).dtype(at::kDouble))) {}

    at::Tensor imageWeights(const TermSite& site, const Batch& batch) const override {
        if (site.network != 0 || (site.from != "labels" && site.from != teacher_)) return {};
        const at::Tensor trust = trust_.index_select(0, batch.labels).to(at::kFloat);
        return site.from == "labels" ? 1 - trust : trust;
    }

    void hear(const std::string& teacher, const at::Tensor& logits, const at::Tensor& labels) override {
        if (teacher != teacher_) return;
        const at::NoGradGuard noGradient;
        const int64_t classes = trust_.size(0);
        const at::Tensor images = at::bincount(labels, {}, classes),
                         sums = at::bincount(labels, marginsOf(logits, labels), classes);
        trust_.copy_((sums / images.clamp_min(1)).clamp(0, maximum_));
    }

    at::Tensor state() const override { return trust_; }

    std::vector<std::pair<std::string, double>> report() const override {
        const at::Tensor trust = trust_.cpu();
        return {{"trust.mean", trust.mean().item<double>()}, {"trust.lowest", trust.min().item<double>()}};
    }

private:
    std::string teacher_;
    double maximum_;
    at::Tensor trust_;  ///< float64 [K]
};

}  // namespace

MitigationEntry classWeightMitigation() {
    return {
        {.name = "class_weight",
         .help = "Each class hears the teacher as far as the teacher knows it: its term counts a_c times and the labels 1 - a_c "
                 "times, a_c being the teacher's mean margin p_y - max p_j on the validation images of the class",
         .source = "after Lukasik et al., Teacher's pet: understanding and mitigating biases in distillation, TMLR 2022",
         .parameters = {realParameter("maximum", 0.9, 0.0, 1.0, "a_c is not above this: labels are never silent")},
         .facts = {{"per_image", "all"}, {"teacher", true}}},
        [](const MitigationPlan& plan) -> std::unique_ptr<Mitigation> { return std::make_unique<ClassWeight>(plan); }};
}

}  // namespace gaplab
