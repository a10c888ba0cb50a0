#include <algorithm>
#include <cmath>

#include <ATen/ops/softplus.h>
#include <fmt/format.h>
#include <torch/types.h>

#include "core/knowledge/adapters.h"
#include "core/knowledge/full_precision.h"
#include "core/knowledge/members.h"
#include "core/nn/layers/linear.h"
#include "core/nn/layers/stateless.h"

namespace gaplab {
namespace {

int64_t channelsOf(const std::vector<int64_t>& shape) {
    return shape.size() == 2 ? shape.back() : shape.front();
}

/// What to embed of features: [B, C].
at::Tensor summary(const at::Tensor& features) {
    if (features.dim() == 4) return globalAverage(features.relu());
    return features.dim() == 3 ? features.mean(1) : features;
}

/// Both embeddings, and a queue of the latest ones of both networks with the images they are of. At first the queue is filled
/// with random embeddings of no image, as published.
class Contrast final : public Network {
public:
    Contrast(int64_t from, int64_t to, int64_t width, int64_t entries)
        : ofSource(*this, "embed_from", {.in = from, .out = width}), ofOwn(*this, "embed_to", {.in = to, .out = width}) {
        const Initial anywhere = Initial::normal(1 / std::sqrt(static_cast<double>(width)));
        sources = addBuffer("memory_from", {entries, width}, anywhere);
        own = addBuffer("memory_to", {entries, width}, anywhere);
        images = addBuffer("memory_images", {entries}, Initial::constant(-1));
        next = addBuffer("next", {1}, Initial::constant(0));
    }
    Outputs forward(const at::Tensor&, const Pass&) const override { return {}; }

    Linear ofSource, ofOwn;
    size_t sources, own, images, next;
};

class ContrastiveKd final : public Loss {
public:
    explicit ContrastiveKd(const LossPlan& plan)
        : plan_(plan), pairs_(chosenStages(plan, UsualStages::Pooled)), tau_(plan.parameters.value("tau", 0.07)) {
        if (pairs_.size() != 1)
            throw stageError(plan, 1, "This loss has one memory: it compares one pair of features", "one stage, or one pair");
        const int64_t width = plan.parameters.value("width", int64_t{128});
        entries_ = plan.parameters.value("memory", int64_t{16384});
        if (plan.images > 0) entries_ = std::min(entries_, plan.images);
        // Z is published as N times the mean of exp(s / t) over the first batch, when the memory is random: s is then normal with
        // the variance 1 / width, and the mean is known. N cancels out.
        noise_ = std::log(static_cast<double>(entries_)) + 1 / (2 * static_cast<double>(width) * tau_ * tau_);
        const std::vector<int64_t>&from = plan.fromShapes[pairs_[0].from], &to = plan.toShapes[pairs_[0].to];
        const auto contrast = std::make_shared<Contrast>(channelsOf(from), channelsOf(to), width, entries_);
        contrast_ = contrast.get();
        model_ = {contrast, initialState(*contrast, plan.seed)};
    }

    at::Tensor operator()(const Outputs* from, const Outputs& to, const Batch& batch) const override {
        if (!batch.indices.defined())
            throw inputError("The loss crd remembers images, and which image of the data set each one is is not known here");
        const FullPrecision full(to.logits.device());
        const auto [source, own] = embedded(*from, to);
        const at::Tensor& images = model_.state.buffers[contrast_->images];
        // [B, entries]: what is remembered of an image itself is no contrast to it.
        const at::Tensor others = batch.indices.to(images.device()).to(images.scalar_type()).unsqueeze(1) != images.unsqueeze(0);
        const at::Tensor positive = (source * own).sum(1, true) / tau_;
        return contrast(own, model_.state.buffers[contrast_->sources], positive, others) +
               contrast(source, model_.state.buffers[contrast_->own], positive, others);
    }

    void learn(const Outputs* from, const Outputs& to, const Batch& batch) override {
        const at::NoGradGuard noGradient;
        const FullPrecision full(to.logits.device());
        const auto [source, own] = embedded(*from, to);
        std::vector<at::Tensor>& buffers = model_.state.buffers;
        const int64_t count = std::min(source.size(0), entries_), skipped = source.size(0) - count;
        at::Tensor& next = buffers[contrast_->next];
        const at::Tensor places =
            (at::arange(count, next.options()) + next).remainder(static_cast<double>(entries_)).to(at::kLong);
        const auto remember = [&](size_t buffer, const at::Tensor& values) {
            buffers[buffer].index_copy_(0, places, values.slice(0, skipped).to(buffers[buffer].options()));
        };
        remember(contrast_->sources, source);
        remember(contrast_->own, own);
        remember(contrast_->images, batch.indices);
        next.copy_((next + static_cast<double>(count)).remainder(static_cast<double>(entries_)));
    }

    bool needsFeatures() const override { return true; }
    Model* adapters() override { return &model_; }
    std::vector<std::string> describe() const override {
        return {fmt::format("{} -> {}: both as vectors, linear layers to {} channels",
                            stageName(plan_.fromShapes, pairs_[0].from), stageName(plan_.toShapes, pairs_[0].to),
                            model_.state.buffers[contrast_->own].size(1))};
    }

private:
    /// Of the source and the own one, [B, width], of length 1.
    std::pair<at::Tensor, at::Tensor> embedded(const Outputs& from, const Outputs& to) const {
        const Pass pass{.state = model_.state, .training = true};
        const auto embed = [&](const Linear& layer, const at::Tensor& features) {
            return unit(promoted(layer(summary(features), pass)));
        };
        return {embed(contrast_->ofSource, featuresAt(from, pairs_[0].from).detach()),
                embed(contrast_->ofOwn, featuresAt(to, pairs_[0].to))};
    }

    /// Mean over the anchors of -log h(positive) - sum of log(1 - h) over what is remembered of others.
    at::Tensor contrast(const at::Tensor& anchors, const at::Tensor& memory, const at::Tensor& positive,
                        const at::Tensor& others) const {
        const at::Tensor negative = at::mm(anchors, memory.t()) / tau_;
        const at::Tensor costs = at::softplus(negative - noise_) * others.to(negative.scalar_type());
        return (at::softplus(noise_ - positive).sum() + costs.sum()) / anchors.size(0);
    }

    LossPlan plan_;
    std::vector<StagePair> pairs_;
    double tau_;
    double noise_ = 0;  ///< log of K / N times Z
    int64_t entries_ = 0;
    const Contrast* contrast_ = nullptr;
    Model model_;
};

}  // namespace

LossEntry crdLoss() {
    Parameter memory = integerParameter("memory", 16384, 1, 16'777'216,
                                        "K, embeddings remembered; at most as many as there are training images", "embeddings");
    memory.source = "Tian et al. 2020, section 4: 16384";
    Parameter tau = realParameter("tau", 0.07, 0.01, 10.0, "τ: the smaller, the more the most alike images count");
    tau.source = "Tian et al. 2020, their code: 0.07";
    Parameter width = integerParameter("width", 128, 2, 4096, "Of the embeddings", "channels");
    width.source = "Tian et al. 2020, their code: 128";
    return {
        {.name = "crd",
         .help = "Contrast: the two networks' embeddings of one image are to be alike (s is their cosine), and unlike those "
                 "remembered of other images; both ways. h says how likely two are of one image. The memory is a queue of the "
                 "latest K embeddings, so that it does not grow with the data set. Usual weight: 0.8",
         .source = "Tian et al., Contrastive Representation Distillation, ICLR 2020, eq. 18 and 19",
         .parameters = {memory, tau, width},
         .facts = {{"formula", "−log h(s⁺) − Σₖ log(1 − h(sₖ⁻)), both ways,  h(s) = e^{s/τ} / (e^{s/τ} + K·Z/N)"},
                   {"weight", 0.8},
                   {"unlike", 5.1}}},
        [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<ContrastiveKd>(plan); },
        LossKind::Relations,
        true,
        true};
}

}  // namespace gaplab
