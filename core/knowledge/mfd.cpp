#include <optional>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/knowledge/adapters.h"
#include "core/knowledge/full_precision.h"
#include "core/knowledge/members.h"
#include "core/nn/layers/linear.h"

namespace gaplab {
namespace {

class WidthAdapter final : public Network {
public:
    WidthAdapter(int64_t in, int64_t out) : layer(*this, "adapter", {.in = in, .out = out}) {}
    Outputs forward(const at::Tensor&, const Pass&) const override { return {}; }

    Linear layer;
};

/// Squared distances of all pairs of rows, [A, B].
at::Tensor squaredDistances(const at::Tensor& a, const at::Tensor& b) {
    const at::Tensor squares = a.square().sum(1).unsqueeze(1) + b.square().sum(1).unsqueeze(0);
    return (squares - 2 * a.mm(b.t())).clamp_min(0);
}

class FairFeatures final : public Loss {
public:
    explicit FairFeatures(const LossPlan& plan) : width_(plan.parameters.value("kernel_width", 0.0)) {
        const int64_t from = plan.fromShapes.back().front(), to = plan.toShapes.back().front();
        if (from == to) return;
        const auto adapter = std::make_shared<WidthAdapter>(to, from);
        adapter_ = adapter.get();
        model_ = {adapter, initialState(*adapter, plan.seed)};
        line_ = fmt::format("{} -> {}: linear layer to {} channels", stageName(plan.fromShapes, plan.fromShapes.size() - 1),
                            stageName(plan.toShapes, plan.toShapes.size() - 1), from);
    }

    at::Tensor operator()(const Outputs* from, const Outputs& to, const Batch& batch) const override {
        const at::Tensor teacher = promoted(from->pooled).detach();
        at::Tensor student = promoted(to.pooled);
        if (adapter_) student = adapter_->layer(student, {.state = model_.state, .training = true});
        student = promoted(student);
        const FullPrecision whole(student.device());  // small differences of large squares
        const at::Tensor apart = squaredDistances(teacher, student);
        const at::Tensor width =
            width_ > 0 ? at::full({}, width_, apart.options().requires_grad(false)) : apart.detach().mean().clamp_min(1e-12);
        const auto kernel = [&](const at::Tensor& distances) { return (-distances / (2 * width)).exp(); };

        const at::Tensor sameClass = batch.labels.unsqueeze(1).eq(batch.labels.unsqueeze(0));
        at::Tensor sameCell = sameClass, known = at::ones_like(batch.labels).to(at::kBool);
        if (batch.groups.defined()) {
            known = batch.groups.ge(0);
            sameCell = sameClass.logical_and(batch.groups.unsqueeze(1).eq(batch.groups.unsqueeze(0)));
        }
        // Rows are means over the images of the same class, or of the same class and group.
        const auto means = [&](const at::Tensor& same) {
            const at::Tensor ones = same.to(teacher.scalar_type());
            return ones / ones.sum(1, true);
        };
        const at::Tensor ofClass = means(sameClass), ofCell = means(sameCell);
        const at::Tensor amongTeachers = (ofClass * ofClass.mm(kernel(squaredDistances(teacher, teacher)))).sum(1);
        const at::Tensor amongStudents = (ofCell * kernel(squaredDistances(student, student))).sum(1);
        const at::Tensor between = (ofClass * kernel(apart).t()).sum(1);
        // Each cell counts once: its images share it.
        const at::Tensor share = ofCell.diagonal() * known.to(teacher.scalar_type());
        return 0.5 * (share * (amongTeachers + amongStudents - 2 * between)).sum();
    }

    bool needsFeatures() const override { return true; }
    Model* adapters() override { return adapter_ ? &model_ : nullptr; }
    std::vector<std::string> describe() const override {
        return line_.empty() ? std::vector<std::string>{} : std::vector<std::string>{line_};
    }

private:
    double width_;  ///< squared; 0: measured
    const WidthAdapter* adapter_ = nullptr;
    Model model_;
    std::string line_;
};

}  // namespace

LossEntry mfdLoss() {
    Parameter width = realParameter("kernel_width", 0.0, 0.0, 1e9,
                                    "σ² of the kernel; 0: the mean squared distance between the two networks' features of the "
                                    "batch, no gradient flowing through it");
    width.source = "Jung et al. 2021: the mean";
    return {
        {.name = "mfd",
         .help = "Of each class, the student's pooled features F of every group g are to be spread as the teacher's of the whole "
                 "class: the teacher's knowledge without what tells groups apart. MMD² with the kernel "
                 "exp(−d² / 2σ²), summed over the classes c and groups in the "
                 "batch. Needs data.groups. Usual weight: 3",
         .source = "Jung et al., Fair Feature Distillation for Visual Recognition, CVPR 2021; weight 3 for CIFAR-10S",
         .parameters = {width},
         .facts = {{"formula", "½ Σ_c,g MMD²(Fₜ | c, Fₛ | c, g)"}, {"weight", 3}, {"groups", true}}},
        [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<FairFeatures>(plan); },
        LossKind::Features,
        true};
}

}  // namespace gaplab
