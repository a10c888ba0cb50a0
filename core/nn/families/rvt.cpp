#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/nn/architecture.h"
#include "core/nn/layers/attention.h"
#include "core/nn/layers/batch_norm.h"
#include "core/nn/layers/layer_norm.h"
#include "core/nn/layers/stateless.h"
#include "core/nn/layers/tokens.h"

// Robust vision transformers as in the experiments of gap preserving distillation: convolutions in the stem and in the part
// behind each attention, no class token, no positions, a global average at the end.

namespace gaplab {
namespace {

struct StagePlan {
    int64_t features, heads, blocks;
    std::vector<int64_t> taps;  ///< blocks, counted from 1, whose outputs are stages
};

constexpr int64_t stemWidth = 32;
constexpr int64_t patch = 4;
constexpr int64_t hiddenFactor = 4;

/// 1x1 convolution, 3x3 of every channel for itself, 1x1 convolution.
struct ConvolutionalMlp {
    ConvNorm enlarge, depthwise, reduce;

    ConvolutionalMlp(Network& network, const std::string& name, int64_t features)
        : enlarge(network, name + ".fc1", name + ".bn1", pointwise(features, hiddenFactor * features)),
          depthwise(network, name + ".dwconv", name + ".bn2",
                    {.in = hiddenFactor * features,
                     .out = hiddenFactor * features,
                     .groups = hiddenFactor * features,
                     .bias = true,
                     .transformer = true}),
          reduce(network, name + ".fc2", name + ".bn3", pointwise(hiddenFactor * features, features)) {}

    at::Tensor operator()(const at::Tensor& features, const Pass& pass) const {
        return reduce(gelu(depthwise(gelu(enlarge(features, pass), pass), pass), pass), pass);
    }

private:
    static Conv2dOptions pointwise(int64_t in, int64_t out) {
        return {.in = in, .out = out, .kernel = 1, .padding = 0, .bias = true, .transformer = true};
    }
};

struct Block {
    LayerNorm norm1;
    Attention attention;
    LayerNorm norm2;
    ConvolutionalMlp mlp;

    Block(Network& network, const std::string& name, int64_t features, int64_t heads)
        : norm1(network, name + ".norm1", features),
          attention(network, name + ".attn", features, heads),
          norm2(network, name + ".norm2", features),
          mlp(network, name + ".mlp", features) {}

    /// features: [B, C, H, W]
    at::Tensor operator()(const at::Tensor& features, const Pass& pass) const {
        const int64_t height = features.size(2), width = features.size(3);
        const at::Tensor tokens = tokensOf(features);
        const at::Tensor mixed = tokens + attention(norm1(tokens, pass), pass);
        return featuresOf(mixed, height, width) + mlp(featuresOf(norm2(mixed, pass), height, width), pass);
    }
};

struct Stage {
    std::optional<Conv2d> pooling;  ///< halves the resolution, doubles the features
    std::vector<Block> blocks;
    std::vector<int64_t> taps;
};

class Rvt final : public Network {
public:
    Rvt(const std::vector<StagePlan>& stages, const NetworkPlan& plan)
        : Network(plan),
          imageNetStem_(hasImageNetStem(plan)),
          stem_(*this, "patch_embed.conv1", "patch_embed.bn",
                {.in = plan.input.channels,
                 .out = scaledWidth(plan, stemWidth),
                 .kernel = imageNetStem_ ? 7 : 3,
                 .stride = imageNetStem_ ? 2 : 1,
                 .padding = imageNetStem_ ? 2 : 1,
                 .bias = true,
                 .position = Position::First,
                 .transformer = true}),
          embedding_(*this, "patch_embed.conv2",
                     {.in = scaledWidth(plan, stemWidth),
                      .out = stages.front().features,
                      .kernel = patch,
                      .stride = patch,
                      .padding = 0,
                      .bias = true,
                      .transformer = true}),
          stages_(makeStages(stages)),
          norm_(*this, "norm", stages.back().features),
          head_(*this, "head",
                {.in = stages.back().features, .out = plan.classes, .position = Position::Last, .transformer = true}) {}

    Outputs forward(const at::Tensor& images, const Pass& pass) const override {
        Outputs outputs;
        at::Tensor features = stem_(images, pass);
        if (imageNetStem_) features = maxPoolOverlapping(features, pass);
        features = embedding_(features, pass);
        for (const Stage& stage : stages_) {
            if (stage.pooling) features = (*stage.pooling)(features, pass);
            int64_t number = 0;
            for (const Block& block : stage.blocks) {
                features = block(features, pass);
                if (std::ranges::find(stage.taps, ++number) != stage.taps.end()) tapStage(features, pass, outputs);
            }
        }
        const at::Tensor pooled = norm_(globalAverage(features), pass);
        outputs.logits = head_(pooled, pass);
        if (pass.taps) outputs.pooled = pooled;
        return outputs;
    }

private:
    std::vector<Stage> makeStages(const std::vector<StagePlan>& plans) {
        std::vector<Stage> stages;
        int64_t in = plans.front().features;
        for (const StagePlan& plan : plans) {
            Stage& stage = stages.emplace_back();
            stage.taps = plan.taps;
            if (plan.features != in) {
                const Conv2dOptions pooling{
                    .in = in, .out = plan.features, .stride = 2, .groups = in, .bias = true, .transformer = true};
                stage.pooling.emplace(*this, fmt::format("pools.{}.conv", stages.size() - 2), pooling);
            }
            for (int64_t b = 0; b < plan.blocks; ++b)
                stage.blocks.emplace_back(*this, fmt::format("transformers.{}.{}", stages.size() - 1, b), plan.features,
                                          plan.heads);
            in = plan.features;
        }
        return stages;
    }

    bool imageNetStem_;
    ConvNorm stem_;
    Conv2d embedding_;
    std::vector<Stage> stages_;
    LayerNorm norm_;
    Linear head_;
};

Architecture make(const std::string& name, std::vector<StagePlan> stages, double imagenet, const std::string& help) {
    Member member{.name = name, .help = help, .source = "Mao et al., Towards Robust Vision Transformer, CVPR 2022"};
    member.parameters = {stemParameter(), widthParameter()};
    member.facts = {
        {"family", "RVT"},
        {"reference", {{"imagenet", imagenet}, {"source", "Guo et al., Gap Preserving Distillation, ICLR 2025, results"}}}};
    return {member, [name, stages](const NetworkPlan& plan) -> std::unique_ptr<Network> {
                requireSize(name, plan.input, hasImageNetStem(plan) ? 64 : 8);
                std::vector<StagePlan> scaled = stages;
                for (StagePlan& stage : scaled)
                    stage.features = stage.heads * scaledWidth(plan, stage.features / stage.heads);
                return std::make_unique<Rvt>(scaled, plan);
            }};
}

}  // namespace

std::vector<Architecture> rvts() {
    return {make("rvt_tiny", {{192, 6, 10, {2, 4, 6, 9, 10}}, {384, 12, 2, {2}}}, 0.7845,
                 "Robust vision transformer: ten blocks of 192 features, then two of 384 at half the resolution."),
            make("rvt_small", {{384, 6, 12, {2, 5, 7, 10, 12}}}, 0.8169,
                 "Robust vision transformer: twelve blocks of 384 features.")};
}

}  // namespace gaplab
