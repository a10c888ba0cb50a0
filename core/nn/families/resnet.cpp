#include <array>
#include <optional>

#include <fmt/format.h>

#include "core/nn/architecture.h"
#include "core/nn/layers/batch_norm.h"
#include "core/nn/layers/linear.h"
#include "core/nn/layers/stateless.h"

// The ResNets of ImageNet, parameter names of torchvision (which puts the stride of a bottleneck into its 3x3 convolution). With
// the CIFAR stem, a 3x3 convolution without pooling, they take small images.

namespace gaplab {
namespace {

struct Variant {
    const char* name;
    int64_t depth;
    std::array<int64_t, 4> blocks;
    bool bottleneck;
    double imagenet;  ///< reference accuracy
};

constexpr int64_t bottleneckExpansion = 4;
constexpr std::array variants = {
    Variant{"resnet18", 18, {2, 2, 2, 2}, false, 0.6976}, Variant{"resnet34", 34, {3, 4, 6, 3}, false, 0.7331},
    Variant{"resnet50", 50, {3, 4, 6, 3}, true, 0.7613}, Variant{"resnet101", 101, {3, 4, 23, 3}, true, 0.7737},
    Variant{"resnet152", 152, {3, 8, 36, 3}, true, 0.7831}};

struct BlockShape {
    int64_t in, width, stride;
    bool bottleneck;
    int64_t out() const { return bottleneck ? bottleneckExpansion * width : width; }
};

struct Block {
    std::vector<ConvNorm> layers;
    std::optional<ConvNorm> shortcut;

    Block(Network& network, const std::string& name, const BlockShape& shape) {
        const auto add = [&](const Conv2dOptions& options) {
            const std::string number = std::to_string(layers.size() + 1);
            layers.emplace_back(network, name + ".conv" + number, name + ".bn" + number, options);
        };
        if (shape.bottleneck) {
            add({.in = shape.in, .out = shape.width, .kernel = 1, .padding = 0});
            add({.in = shape.width, .out = shape.width, .stride = shape.stride});
            add({.in = shape.width, .out = shape.out(), .kernel = 1, .padding = 0});
        } else {
            add({.in = shape.in, .out = shape.width, .stride = shape.stride});
            add({.in = shape.width, .out = shape.width});
        }
        if (shape.stride != 1 || shape.in != shape.out())
            shortcut.emplace(
                network, name + ".downsample.0", name + ".downsample.1",
                Conv2dOptions{.in = shape.in, .out = shape.out(), .kernel = 1, .stride = shape.stride, .padding = 0});
    }

    /// Without the ReLU at its end.
    at::Tensor operator()(const at::Tensor& features, const Pass& pass) const {
        at::Tensor result = features;
        for (const ConvNorm& layer : layers) {
            result = layer(result, pass);
            if (&layer != &layers.back()) result = reluInPlace(result, pass);
        }
        return result.add_(shortcut ? (*shortcut)(features, pass) : features);
    }
};

class ResNet final : public Network {
public:
    ResNet(const Variant& variant, const NetworkPlan& plan)
        : Network(plan),
          imageNetStem_(hasImageNetStem(plan)),
          stem_(*this, "conv1", "bn1",
                {.in = plan.input.channels,
                 .out = scaledWidth(plan, 64),
                 .kernel = imageNetStem_ ? 7 : 3,
                 .stride = imageNetStem_ ? 2 : 1,
                 .padding = imageNetStem_ ? 3 : 1,
                 .position = Position::First}),
          stages_(makeStages(variant)),
          head_(*this, "fc", {.in = features_, .out = plan.classes, .position = Position::Last}) {}

    Outputs forward(const at::Tensor& images, const Pass& pass) const override {
        Outputs outputs;
        at::Tensor features = reluOfStage(stem_(images, pass), pass, outputs);
        if (imageNetStem_) features = maxPoolOverlapping(features, pass);
        for (const std::vector<Block>& stage : stages_) {
            for (const Block& block : stage) {
                features = block(features, pass);
                features = &block == &stage.back() ? reluOfStage(features, pass, outputs) : reluInPlace(features, pass);
            }
        }
        const at::Tensor pooled = globalAverage(features);
        outputs.logits = head_(pooled, pass);
        if (pass.taps) outputs.pooled = pooled;
        return outputs;
    }

private:
    std::vector<std::vector<Block>> makeStages(const Variant& variant) {
        std::vector<std::vector<Block>> stages(variant.blocks.size());
        features_ = scaledWidth(plan_, 64);
        for (size_t s = 0; s < stages.size(); ++s) {
            for (int64_t b = 0; b < variant.blocks[s]; ++b) {
                const BlockShape shape{features_, scaledWidth(plan_, int64_t{64} << s), b == 0 && s > 0 ? 2 : 1,
                                       variant.bottleneck};
                stages[s].emplace_back(*this, fmt::format("layer{}.{}", s + 1, b), shape);
                features_ = shape.out();
            }
        }
        return stages;
    }

    bool imageNetStem_;
    ConvNorm stem_;
    int64_t features_ = 0;  ///< channels that leave the last stage; while building: the last block
    std::vector<std::vector<Block>> stages_;
    Linear head_;
};

Member describe(const Variant& variant) {
    Member member;
    member.name = variant.name;
    member.help = fmt::format("ResNet of {} layers{}, with the stem for ImageNet or for small images.", variant.depth,
                              variant.bottleneck ? " in bottleneck blocks" : "");
    member.source = "He et al., Deep Residual Learning for Image Recognition, CVPR 2016";
    member.parameters = {stemParameter(), widthParameter()};
    member.facts = {{"family", "ResNet"},
                    {"depth", variant.depth},
                    {"reference", {{"imagenet", variant.imagenet}, {"source", "torchvision, IMAGENET1K_V1 weights"}}}};
    return member;
}

std::unique_ptr<Network> build(const Variant& variant, const NetworkPlan& plan) {
    requireSize(variant.name, plan.input, hasImageNetStem(plan) ? 32 : 8);
    return std::make_unique<ResNet>(variant, plan);
}

}  // namespace

std::vector<Architecture> resNets() {
    return familyOf(variants, describe, build);
}

}  // namespace gaplab
