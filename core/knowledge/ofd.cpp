#include <cmath>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/knowledge/adapters.h"
#include "core/knowledge/members.h"
#include "core/nn/layers/batch_norm.h"

namespace gaplab {
namespace {

constexpr double momentum = 0.01;  // of what is remembered of the teacher's negative features

/// To the source's channels, and what is known of the source's negative features a channel: their mean is the margin.
struct Channels {
    ConvNorm fitted;
    size_t sum, share;  ///< buffers: of negative values, and how many values are negative

    Channels(Network& network, const std::string& name, const Meeting& meeting)
        : fitted(network, name + ".conv", name + ".bn",
                 {.in = meeting.toChannels, .out = meeting.fromChannels, .kernel = 1, .padding = 0}),
          sum(network.addBuffer(name + ".negative_sum", {meeting.fromChannels}, Initial::constant(0))),
          share(network.addBuffer(name + ".negative_share", {meeting.fromChannels}, Initial::constant(0))) {}
};

class Adapted final : public Network {
public:
    Outputs forward(const at::Tensor&, const Pass&) const override { return {}; }
    std::vector<Channels> of;
};

class Overhaul final : public StagewiseLoss {
public:
    explicit Overhaul(const LossPlan& plan) : StagewiseLoss(plan, UsualStages::All) {
        const auto adapted = std::make_shared<Adapted>();
        for (size_t i = 0; i < meetings_.size(); ++i) {
            if (meetings_[i].vectors)
                throw stageError(plan, i, "A pooled vector lies behind the ReLU: the loss ofd compares what lies before it",
                                 "a stage");
            adapted->of.emplace_back(*adapted, fmt::format("stage{}", i), meetings_[i]);
            tell(plan, i, fmt::format("1 x 1 convolution to {} channels", meetings_[i].fromChannels));
        }
        adapted_ = adapted.get();
        model_ = {adapted, initialState(*adapted, plan.seed)};
    }

    void learn(const Outputs* from, const Outputs& to, const Batch&) override {
        const at::NoGradGuard noGradient;
        for (size_t i = 0; i < meetings_.size(); ++i) {
            const auto [sum, share] = negatives(meet(i, *from, to).first);
            const Channels& channels = adapted_->of[i];
            for (const auto& [buffer, seen] : {std::pair{channels.sum, sum}, std::pair{channels.share, share}})
                model_.state.buffers[buffer].lerp_(seen.to(model_.state.buffers[buffer].scalar_type()), momentum);
        }
    }

private:
    at::Tensor compare(size_t index, const at::Tensor& from, const at::Tensor& to) const override {
        const at::Tensor own = promoted(adapted_->of[index].fitted(to, pass()));
        const at::Tensor target = at::max(from, margin(index, from));
        const at::Tensor counts = (own > target).logical_or(target > 0).detach();
        const double depth = static_cast<double>(meetings_.size() - 1 - index);
        return ((own - target).square() * counts.to(own.scalar_type())).sum() /
               (static_cast<double>(own.size(0)) * std::pow(2.0, depth));
    }

    /// [1, C, 1, 1]; of this batch where nothing is remembered yet.
    at::Tensor margin(size_t index, const at::Tensor& from) const {
        const Channels& channels = adapted_->of[index];
        const at::Tensor &sum = model_.state.buffers[channels.sum], &share = model_.state.buffers[channels.share];
        const auto [sumHere, shareHere] = negatives(from);
        const at::Tensor known = share > 0;
        const at::Tensor amount = at::where(known, share, shareHere);
        return (at::where(known, sum, sumHere) / at::where(amount > 0, amount, at::ones_like(amount))).view({1, -1, 1, 1});
    }

    /// A channel: the mean of its negative values with all others as 0, and the share of these.
    static std::pair<at::Tensor, at::Tensor> negatives(const at::Tensor& map) {
        return {map.clamp_max(0).mean({0, 2, 3}), (map < 0).to(map.scalar_type()).mean({0, 2, 3})};
    }

    const Adapted* adapted_ = nullptr;
};

}  // namespace

LossEntry ofdLoss() {
    return {{.name = "ofd",
             .help = "Overhaul: features before the ReLU. Of the teacher's, what lies below the margin m, the channel's mean "
                     "negative value, counts as m; the student's, brought to its channels by r, need only be low where the "
                     "teacher's are. The margin is measured as the training goes on; the published code works it out from the "
                     "last batch norm, which is not the whole of a stage's output where blocks have shortcuts. n stages, l the "
                     "deeper the greater. Usual weight: 0.001",
             .source = "Heo et al., A Comprehensive Overhaul of Feature Distillation, ICCV 2019, eq. 1 to 5",
             .parameters = {},
             .facts = {{"formula", "Σₗ 2^(l−n) · Σ [r(Fₛ) > T or T > 0] · (r(Fₛ) − T)² / B,  T = max(Fₜ, m)"},
                       {"weight", 0.001},
                       {"unlike", 4.9}}},
            [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<Overhaul>(plan); },
            LossKind::Features,
            true,
            true};
}

}  // namespace gaplab
