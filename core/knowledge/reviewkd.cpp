#include <algorithm>
#include <optional>

#include <ATen/ops/mse_loss.h>
#include <ATen/ops/upsample_nearest2d.h>
#include <fmt/format.h>

#include "core/base/error.h"
#include "core/knowledge/adapters.h"
#include "core/knowledge/members.h"
#include "core/nn/layers/batch_norm.h"

namespace gaplab {
namespace {

/// One level: [C, H, W] of a stage, or [C, 1, 1] of the pooled vector.
struct Level {
    int64_t channels, height, width;
};

Level levelOf(const std::vector<int64_t>& shape) {
    const at::Tensor map = asMap(at::empty(shape, at::kMeta).unsqueeze(0));
    return {map.size(1), map.size(2), map.size(3)};
}

/// Attention based fusion: a level joined with what comes from the deeper ones.
struct Fusion {
    ConvNorm reduce;
    std::optional<Conv2d> attention;  ///< nothing at the deepest level
    ConvNorm output;

    Fusion(Network& network, const std::string& name, int64_t in, int64_t middle, int64_t out, bool deepest)
        : reduce(network, name + ".conv1", name + ".bn1", {.in = in, .out = middle, .kernel = 1, .padding = 0}),
          output(network, name + ".conv2", name + ".bn2", {.in = middle, .out = out}) {
        if (!deepest)
            attention.emplace(network, name + ".att_conv",
                              Conv2dOptions{.in = 2 * middle, .out = 2, .kernel = 1, .padding = 0, .bias = true});
    }
};

/// The student's stack of fusions, from the deepest level to the shallowest.
class FusionStack final : public Network {
public:
    FusionStack(const std::vector<Level>& from, const std::vector<Level>& to, int64_t middle) {
        for (size_t i = 0; i < to.size(); ++i) {
            const size_t level = to.size() - 1 - i;  // the deepest first
            fusions_.emplace_back(*this, fmt::format("fusion{}", level), to[level].channels, middle, from[level].channels,
                                  i == 0);
        }
    }

    Outputs forward(const at::Tensor&, const Pass&) const override { return {}; }

    /// maps: [B, C, H, W] a level, shallowest first; returns as many with the channels of the teacher's, H and W as `sizes`.
    std::vector<at::Tensor> fuse(const std::vector<at::Tensor>& maps, const std::vector<Level>& sizes, const Pass& pass) const {
        std::vector<at::Tensor> outputs(maps.size());
        at::Tensor deeper;
        for (size_t i = 0; i < fusions_.size(); ++i) {
            const size_t level = maps.size() - 1 - i;
            const Fusion& fusion = fusions_[i];
            at::Tensor features = fusion.reduce(maps[level], pass);
            if (fusion.attention) {
                const at::Tensor enlarged = at::upsample_nearest2d(deeper, {features.size(2), features.size(3)});
                const at::Tensor weights = (*fusion.attention)(at::cat({features, enlarged}, 1), pass).sigmoid();
                features = features * weights.narrow(1, 0, 1) + enlarged * weights.narrow(1, 1, 1);
            }
            // As the authors' code: brought to the teacher's size before the last convolution, and handed on so.
            if (features.size(2) != sizes[level].height || features.size(3) != sizes[level].width)
                features = at::upsample_nearest2d(features, {sizes[level].height, sizes[level].width});
            deeper = features;
            outputs[level] = fusion.output(features, pass);
        }
        return outputs;
    }

private:
    std::vector<Fusion> fusions_;
};

/// Hierarchical context loss: the mean squared difference of the maps and of their averages over 4 x 4, 2 x 2 and 1 cells.
at::Tensor contextLoss(const at::Tensor& student, const at::Tensor& teacher) {
    const int64_t height = student.size(2);
    at::Tensor sum = at::mse_loss(student, teacher);
    double total = 1, weight = 1;
    for (const int64_t cells : {4, 2, 1}) {
        if (cells >= height) continue;
        weight /= 2;
        sum = sum + weight * at::mse_loss(at::adaptive_avg_pool2d(student, {cells, cells}),
                                          at::adaptive_avg_pool2d(teacher, {cells, cells}));
        total += weight;
    }
    return sum / total;
}

/// Every level of the teacher teaches the fusion of the student's levels from there on.
class ReviewKd : public Loss {
public:
    explicit ReviewKd(const LossPlan& plan) : from_(levels(plan.fromShapes)), to_(levels(plan.toShapes)) {
        if (from_.size() != to_.size() || from_.empty())
            throw inputError(
                fmt::format("The loss reviewkd compares stage by stage, but one network has {} stages and the other {}",
                            from_.size(), to_.size()),
                "Choose networks with as many stages.");
        const auto stack = std::make_shared<FusionStack>(from_, to_, plan.parameters.value("width", int64_t{256}));
        stack_ = stack.get();
        model_ = {stack, initialState(*stack, plan.seed)};
    }

    at::Tensor operator()(const Outputs* from, const Outputs& to, const Batch&) const override {
        const std::vector<at::Tensor> teacher = maps(*from), student = maps(to);
        const auto fused = stack_->fuse(student, from_, Pass{.state = model_.state, .training = true});
        at::Tensor sum;
        for (size_t i = 0; i < fused.size(); ++i) {
            const at::Tensor term = contextLoss(promoted(fused[i]), teacher[i].detach().to(promoted(fused[i]).scalar_type()));
            sum = sum.defined() ? sum + term : term;
        }
        return sum;
    }

    bool needsFeatures() const override { return true; }
    Model* adapters() override { return &model_; }

private:
    /// Without the stem; the pooled vector is the deepest level.
    static std::vector<Level> levels(const std::vector<std::vector<int64_t>>& shapes) {
        std::vector<Level> found;
        for (size_t i = 1; i < shapes.size(); ++i)
            found.push_back(levelOf(shapes[i]));
        return found;
    }

    static std::vector<at::Tensor> maps(const Outputs& outputs) {
        std::vector<at::Tensor> found;
        for (size_t i = 1; i < outputs.stages.size(); ++i)
            found.push_back(asMap(outputs.stages[i]));
        found.push_back(asMap(outputs.pooled));
        return found;
    }

    std::vector<Level> from_, to_;
    const FusionStack* stack_ = nullptr;
    Model model_;
};

}  // namespace

LossEntry reviewKdLoss() {
    Parameter width = integerParameter("width", 256, 1, 4096, "Channels in which the levels are joined", "channels");
    width.source = "Chen et al. 2021: 64 to 512 by pair";
    return {
        {.name = "reviewkd",
         .help = "Knowledge review: each stage of the teacher teaches a fusion of the student's stages from there on; H is the "
                 "weighted mean of the squared difference of the maps (weight 1) and of their averages over 4 x 4, 2 x 2 and 1 "
                 "cells (1/2, 1/4, 1/8), ABF the learned fusion",
         .source = "Chen et al., Distilling Knowledge via Knowledge Review, CVPR 2021",
         .parameters = {width},
         .facts = {{"formula", "Σ_l H(F^t_l, ABF_l(F^s_l, …, F^s_L))"}, {"weight", 5}, {"unlike", 5.8}}},
        [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<ReviewKd>(plan); },
        LossKind::Features,
        true};
}

}  // namespace gaplab
