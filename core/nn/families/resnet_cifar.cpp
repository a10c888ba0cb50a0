#include <array>
#include <optional>

#include <fmt/format.h>

#include "core/nn/architecture.h"
#include "core/nn/layers/batch_norm.h"
#include "core/nn/layers/linear.h"
#include "core/nn/layers/stateless.h"

// The CIFAR ResNets of He et al. 2016, section 4.2, with 1x1 convolutions where a block changes the shape (option B), as in the
// common distillation benchmarks. Parameter names are those of torchvision's ResNets.

namespace gaplab {
namespace {

struct Variant {
    const char* name;
    int64_t depth;                   ///< 6 n + 2
    std::array<int64_t, 4> widths;   ///< stem and the three stages
    std::optional<double> cifar100;  ///< reference accuracy
};

constexpr std::array<int64_t, 4> plain = {16, 16, 32, 64};
constexpr std::array<int64_t, 4> wide = {32, 64, 128, 256};

constexpr std::array variants = {
    Variant{"resnet8", 8, plain, {}},         Variant{"resnet14", 14, plain, {}},    Variant{"resnet20", 20, plain, 0.6906},
    Variant{"resnet32", 32, plain, 0.7114},   Variant{"resnet44", 44, plain, {}},    Variant{"resnet56", 56, plain, 0.7234},
    Variant{"resnet110", 110, plain, 0.7431}, Variant{"resnet8x4", 8, wide, 0.7250}, Variant{"resnet32x4", 32, wide, 0.7942},
};

struct Block {
    ConvNorm first;
    ConvNorm second;
    std::optional<ConvNorm> shortcut;  ///< nothing: the identity

    Block(Network& network, const std::string& name, int64_t in, int64_t out, int64_t stride)
        : first(network, name + ".conv1", name + ".bn1", {.in = in, .out = out, .stride = stride}),
          second(network, name + ".conv2", name + ".bn2", {.in = out, .out = out}) {
        if (stride != 1 || in != out)
            shortcut.emplace(network, name + ".downsample.0", name + ".downsample.1",
                             Conv2dOptions{.in = in, .out = out, .kernel = 1, .stride = stride, .padding = 0});
    }

    /// Without the ReLU at its end, which belongs to whoever may want the value before it.
    at::Tensor operator()(const at::Tensor& features, const Pass& pass) const {
        at::Tensor result = second(reluInPlace(first(features, pass), pass), pass);
        return result.add_(shortcut ? (*shortcut)(features, pass) : features);
    }
};

class CifarResNet final : public Network {
public:
    CifarResNet(const std::array<int64_t, 4>& widths, int64_t blocksPerStage, const NetworkPlan& plan)
        : Network(plan),
          stem_(*this, "conv1", "bn1", {.in = plan.input.channels, .out = widths[0], .position = Position::First}),
          stages_(makeStages(widths, blocksPerStage)),
          head_(*this, "fc", {.in = widths[3], .out = plan.classes, .position = Position::Last}) {}

    Outputs forward(const at::Tensor& images, const Pass& pass) const override {
        Outputs outputs;
        at::Tensor features = reluOfStage(stem_(images, pass), pass, outputs);
        for (const std::vector<Block>& stage : stages_) {
            for (size_t i = 0; i < stage.size(); ++i) {
                features = stage[i](features, pass);
                features = i + 1 < stage.size() ? reluInPlace(features, pass) : reluOfStage(features, pass, outputs);
            }
        }
        const at::Tensor pooled = globalAverage(features);
        outputs.logits = head_(pooled, pass);
        if (pass.taps) outputs.pooled = pooled;
        return outputs;
    }

private:
    std::vector<std::vector<Block>> makeStages(const std::array<int64_t, 4>& widths, int64_t blocks) {
        std::vector<std::vector<Block>> stages(widths.size() - 1);
        for (size_t s = 0; s < stages.size(); ++s) {
            for (int64_t b = 0; b < blocks; ++b) {
                const int64_t in = b == 0 ? widths[s] : widths[s + 1];
                const int64_t stride = b == 0 && s > 0 ? 2 : 1;
                stages[s].emplace_back(*this, fmt::format("layer{}.{}", s + 1, b), in, widths[s + 1], stride);
            }
        }
        return stages;
    }

    ConvNorm stem_;
    std::vector<std::vector<Block>> stages_;
    Linear head_;
};

std::unique_ptr<Network> build(const Variant& variant, const NetworkPlan& plan) {
    requireSize(variant.name, plan.input, 8);
    std::array<int64_t, 4> widths = variant.widths;
    for (int64_t& width : widths)
        width = scaledWidth(plan, width);
    return std::make_unique<CifarResNet>(widths, (variant.depth - 2) / 6, plan);
}

Member describe(const Variant& variant) {
    const auto& w = variant.widths;
    Member member;
    member.name = variant.name;
    member.help = fmt::format("ResNet for small images: {} layers in three stages of {}, {} and {} channels.", variant.depth,
                              w[1], w[2], w[3]);
    member.source = "He et al., Deep Residual Learning for Image Recognition, CVPR 2016, section 4.2";
    member.parameters = {widthParameter()};
    member.facts = {{"family", "CIFAR ResNet"}, {"depth", variant.depth}};
    if (variant.cifar100) member.facts["reference"] = cifar100Reference(*variant.cifar100);
    return member;
}

}  // namespace

std::vector<Architecture> cifarResNets() {
    return familyOf(variants, describe, build);
}

}  // namespace gaplab
