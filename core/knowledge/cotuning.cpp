#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/knowledge/adapters.h"
#include "core/knowledge/full_precision.h"
#include "core/knowledge/members.h"
#include "core/nn/layers/linear.h"

namespace gaplab {
namespace {

constexpr double mapRate = 2.0;  // of the logistic map's descent; its curvature is at most 1/2

/// The second classifier, and what is known of how the classes belong together.
class Relation final : public Network {
public:
    Relation(int64_t features, int64_t sourceClasses, int64_t classes, const std::vector<at::Tensor>& values)
        : classifier(*this, "source", {.in = features, .out = sourceClasses}) {
        // It starts as what the source has learned, where that sees as many features.
        if (values.size() == 2 && values[0].size(1) == features) {
            parameters_[0].initial = Initial::of(values[0].cpu());
            parameters_[1].initial = Initial::of(values[1].cpu());
        }
        relation = addBuffer("relation", {classes, sourceClasses}, Initial::constant(0));
        seen = addBuffer("seen", {classes}, Initial::constant(0));
        prior = addBuffer("prior", {sourceClasses}, Initial::constant(0));
        map = addBuffer("map", {sourceClasses, classes}, Initial::constant(0));
        mapBias = addBuffer("map_bias", {classes}, Initial::constant(0));
    }
    Outputs forward(const at::Tensor&, const Pass&) const override { return {}; }

    Linear classifier;
    size_t relation, seen, prior, map, mapBias;
};

class CoTuning final : public Loss {
public:
    explicit CoTuning(const LossPlan& plan)
        : reverse_(plan.parameters.value("estimate", "direct") == "reverse"),
          own_(plan.parameters.value("estimated_from", "teacher") == "own"),
          update_(plan.parameters.value("update", 0.01)) {
        if (plan.fromClasses < 1 || plan.classes < 1)
            throw inputError("The loss cotuning relates two sets of classes, and their numbers are not known");
        const int64_t features = plan.toShapes.back().front();
        const auto relation = std::make_shared<Relation>(features, plan.fromClasses, plan.classes, plan.fromClassifier);
        relation_ = relation.get();
        model_ = {relation, initialState(*relation, plan.seed)};
        line_ = fmt::format("{}: a second classifier for {} source classes, {} related to {}",
                            stageName(plan.toShapes, plan.toShapes.size() - 1), plan.fromClasses, plan.classes, plan.fromClasses);
    }

    at::Tensor operator()(const Outputs* from, const Outputs& to, const Batch& batch) const override {
        const FullPrecision full(to.logits.device());
        const at::Tensor wanted = relationNow(*from, to, batch).index_select(0, batch.labels).detach();
        return -(wanted * at::log_softmax(said(to), 1)).sum(1).mean();
    }

    void learn(const Outputs* from, const Outputs& to, const Batch& batch) override {
        const at::NoGradGuard noGradient;
        const FullPrecision full(to.logits.device());
        std::vector<at::Tensor>& buffers = model_.state.buffers;
        at::Tensor &relation = buffers[relation_->relation], &seen = buffers[relation_->seen];
        const auto [means, counts] = meansOfClasses(*from, to, batch);
        // The mean of all that was seen at first, then one that forgets.
        const auto shareOf = [&](const at::Tensor& now, const at::Tensor& before) {
            return at::where(now > 0, at::clamp_min(now / (before + now).clamp_min(1), update_), at::zeros_like(now));
        };
        if (!reverse_) relation.copy_(at::lerp(relation, means, shareOf(counts, seen).unsqueeze(1)));
        if (reverse_) {
            const at::Tensor probabilities = predictions(*from, to);
            at::Tensor &prior = buffers[relation_->prior], &map = buffers[relation_->map], &bias = buffers[relation_->mapBias];
            const at::Tensor all = counts.sum();
            prior.copy_(at::lerp(prior, probabilities.mean(0), shareOf(all, seen.sum())));
            const at::Tensor error = at::one_hot(batch.labels, bias.size(0)).to(bias.scalar_type()) -
                                     at::softmax(at::mm(probabilities, map) + bias, 1);
            const auto rate = mapRate / static_cast<double>(error.size(0));
            map.add_(at::mm(probabilities.t(), error), rate);
            bias.add_(error.sum(0), rate);
            relation.copy_(byBayes());
        }
        seen.add_(counts);
    }

    bool needsFeatures() const override { return true; }
    Model* adapters() override { return &model_; }
    std::vector<std::string> describe() const override { return {line_}; }

private:
    at::Tensor said(const Outputs& to) const {
        return promoted(relation_->classifier(promoted(to.pooled), Pass{.state = model_.state, .training = true}));
    }

    /// [B, Ks], of the network that the relation is read from.
    at::Tensor predictions(const Outputs& from, const Outputs& to) const {
        const at::NoGradGuard noGradient;
        const auto type = model_.state.buffers[relation_->relation].scalar_type();
        return at::softmax((own_ ? said(to) : from.logits).to(type), 1);
    }

    /// [K, Ks], the mean over the images of each class; and how many there are.
    std::pair<at::Tensor, at::Tensor> meansOfClasses(const Outputs& from, const Outputs& to, const Batch& batch) const {
        const at::Tensor probabilities = predictions(from, to);
        const at::Tensor of =
            at::one_hot(batch.labels, model_.state.buffers[relation_->seen].size(0)).to(probabilities.scalar_type());
        const at::Tensor counts = of.sum(0);
        return {at::mm(of.t(), probabilities) / counts.clamp_min(1).unsqueeze(1), counts};
    }

    /// What is known, and for classes that were never seen before what this batch tells.
    at::Tensor relationNow(const Outputs& from, const Outputs& to, const Batch& batch) const {
        const at::NoGradGuard noGradient;
        const at::Tensor &relation = model_.state.buffers[relation_->relation], &seen = model_.state.buffers[relation_->seen];
        return at::where((seen > 0).unsqueeze(1), relation, meansOfClasses(from, to, batch).first);
    }

    /// p(source class | class), from the map p(class | source class) and how frequent source classes are.
    at::Tensor byBayes() const {
        const std::vector<at::Tensor>& buffers = model_.state.buffers;
        const at::Tensor joint =
            at::softmax(buffers[relation_->map] + buffers[relation_->mapBias], 1).t() * buffers[relation_->prior];
        return joint / joint.sum(1, true).clamp_min(1e-12);
    }

    bool reverse_, own_;
    double update_;
    const Relation* relation_ = nullptr;
    Model model_;
    std::string line_;
};

}  // namespace

LossEntry cotuningLoss() {
    Parameter estimate =
        choiceParameter("estimate", "direct", {"direct", "reverse"},
                        "How the relation R is found: as the mean of what the source says of a class's images; or "
                        "from a logistic map the other way round, turned by Bayes' rule");
    estimate.source = "You et al. 2020, section 3.2: both";
    Parameter from =
        choiceParameter("estimated_from", "teacher", {"teacher", "own"},
                        "Whose predictions of source classes the relation follows: the teacher's, which stay as they "
                        "are, or those of the second classifier, which learns");
    Parameter update = realParameter("update", 0.01, 0.0, 1.0,
                                     "Share of a batch in the relation, once it is the mean of as many images as that means");
    from.source = "You et al. 2020: the source's; \"own\" is ours";
    update.source = "ours: the paper's relation is fixed";
    return {
        {.name = "cotuning",
         .help = "A second classifier for the source's classes, which starts as the source's own, is trained beside the first on "
                 "what the classes mean in terms of the source's: R, updated while training. Needs a static teacher with other "
                 "classes. Usual weight: 2.3",
         .source = "You et al., Co-Tuning for Transfer Learning, NeurIPS 2020, eq. 3; the relation is not fixed here",
         .parameters = {estimate, from, update},
         .facts = {{"formula", "−Σⱼ R[y, j] · log softmax(h(F))ⱼ"}, {"weight", 2.3}, {"other_classes", true}}},
        [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<CoTuning>(plan); },
        LossKind::Features,
        true};
}

}  // namespace gaplab
