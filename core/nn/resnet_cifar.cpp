#include <array>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/nn/architecture.h"
#include "core/nn/layers/batch_norm.h"
#include "core/nn/layers/conv2d.h"
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

struct Shortcut {
    Conv2d conv;
    BatchNorm norm;
};

struct Block {
    Conv2d conv1;
    BatchNorm norm1;
    Conv2d conv2;
    BatchNorm norm2;
    std::optional<Shortcut> shortcut;  ///< nothing: the identity

    Block(Network& network, const std::string& name, int64_t in, int64_t out, int64_t stride, const Expansion& expansion)
        : conv1(network, name + ".conv1", {.in = in, .out = out, .stride = stride, .copies = expansion.hidden()}),
          norm1(network, name + ".bn1", out, expansion.ratio),
          conv2(network, name + ".conv2", {.in = out, .out = out, .copies = expansion.hidden()}),
          norm2(network, name + ".bn2", out, expansion.ratio) {
        if (stride == 1 && in == out) return;
        const Conv2dOptions projection{
            .in = in, .out = out, .kernel = 1, .stride = stride, .padding = 0, .copies = expansion.hidden()};
        shortcut.emplace(Conv2d(network, name + ".downsample.0", projection),
                         BatchNorm(network, name + ".downsample.1", out, expansion.ratio));
    }

    /// Without the ReLU at its end, which belongs to whoever may want the value before it.
    at::Tensor operator()(const at::Tensor& features, const Pass& pass) const {
        const at::Tensor hidden = reluInPlace(norm1(conv1(features, pass), pass), pass);
        at::Tensor result = norm2(conv2(hidden, pass), pass);
        return result.add_(shortcut ? shortcut->norm(shortcut->conv(features, pass), pass) : features);
    }
};

class CifarResNet final : public Network {
public:
    CifarResNet(const std::array<int64_t, 4>& widths, int64_t blocksPerStage, const NetworkPlan& plan)
        : stem_(*this, "conv1", {.in = plan.input.channels, .out = widths[0], .copies = plan.expansion.first()}),
          stemNorm_(*this, "bn1", widths[0], plan.expansion.ratio),
          stages_(makeStages(widths, blocksPerStage, plan.expansion)),
          head_(*this, "fc", {.in = widths[3], .out = plan.classes, .copies = plan.expansion.last()}) {}

    Outputs forward(const at::Tensor& images, const Pass& pass) const override {
        Outputs outputs;
        at::Tensor features = reluOfStage(stemNorm_(stem_(images, pass), pass), pass, outputs);
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
    std::vector<std::vector<Block>> makeStages(const std::array<int64_t, 4>& widths, int64_t blocks, const Expansion& expansion) {
        std::vector<std::vector<Block>> stages(widths.size() - 1);
        for (size_t s = 0; s < stages.size(); ++s) {
            for (int64_t b = 0; b < blocks; ++b) {
                const int64_t in = b == 0 ? widths[s] : widths[s + 1];
                const int64_t stride = b == 0 && s > 0 ? 2 : 1;
                stages[s].emplace_back(*this, fmt::format("layer{}.{}", s + 1, b), in, widths[s + 1], stride, expansion);
            }
        }
        return stages;
    }

    Conv2d stem_;
    BatchNorm stemNorm_;
    std::vector<std::vector<Block>> stages_;
    Linear head_;
};

std::unique_ptr<Network> build(const Variant& variant, const NetworkPlan& plan) {
    requireSize(variant.name, plan.input, 8);
    const double factor = plan.parameters.at("width").get<double>();
    std::array<int64_t, 4> widths = variant.widths;
    for (int64_t& width : widths)
        width = std::max<int64_t>(1, std::llround(factor * static_cast<double>(width)));
    return std::make_unique<CifarResNet>(widths, (variant.depth - 2) / 6, plan);
}

Member describe(const Variant& variant) {
    const auto& w = variant.widths;
    Member member;
    member.name = variant.name;
    member.help = fmt::format("ResNet for small images: {} layers in three stages of {}, {} and {} channels.", variant.depth,
                              w[1], w[2], w[3]);
    member.source = "He et al., Deep Residual Learning for Image Recognition, CVPR 2016, section 4.2";
    member.parameters = {
        realParameter("width", 1.0, 0.0625, 8.0, "Factor on the channels of every layer, rounded to whole channels.")};
    member.facts = {{"family", "CIFAR ResNet"}, {"depth", variant.depth}};
    if (variant.cifar100)
        member.facts["reference"] = {{"cifar100", *variant.cifar100},
                                     {"source", "Tian et al., Contrastive Representation Distillation, ICLR 2020, table 1"}};
    return member;
}

}  // namespace

std::vector<Architecture> cifarResNets() {
    std::vector<Architecture> family;
    for (const Variant& variant : variants)
        family.push_back({describe(variant), [variant](const NetworkPlan& plan) { return build(variant, plan); }});
    return family;
}

}  // namespace gaplab
