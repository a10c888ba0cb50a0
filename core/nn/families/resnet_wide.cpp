#include <array>
#include <optional>

#include <fmt/format.h>

#include "core/nn/architecture.h"
#include "core/nn/layers/batch_norm.h"
#include "core/nn/layers/linear.h"
#include "core/nn/layers/stateless.h"

// Wide ResNets: batch norm and ReLU before each convolution, so only the norm between the two convolutions of a block can be
// folded.

namespace gaplab {
namespace {

struct Variant {
    const char* name;
    int64_t depth;   ///< 6 n + 4
    int64_t factor;  ///< on the widths 16, 32, 64 of the stages; the stem has 16
    std::optional<double> cifar100;
};

constexpr std::array variants = {Variant{"wrn_16_1", 16, 1, {}}, Variant{"wrn_16_2", 16, 2, 0.7326},
                                 Variant{"wrn_40_1", 40, 1, 0.7198}, Variant{"wrn_40_2", 40, 2, 0.7561}};

struct Block {
    BatchNorm norm;
    ConvNorm first;
    Conv2d second;
    std::optional<Conv2d> shortcut;  ///< nothing: the identity

    Block(Network& network, const std::string& name, int64_t in, int64_t out, int64_t stride)
        : norm(network, name + ".bn1", in),
          first(network, name + ".conv1", name + ".bn2", {.in = in, .out = out, .stride = stride}),
          second(network, name + ".conv2", {.in = out, .out = out}) {
        if (in != out)
            shortcut.emplace(network, name + ".convShortcut",
                             Conv2dOptions{.in = in, .out = out, .kernel = 1, .stride = stride, .padding = 0});
    }

    /// `features` have not gone through norm and ReLU yet.
    at::Tensor operator()(const at::Tensor& features, const Pass& pass, Outputs* tap) const {
        const at::Tensor normed = norm(features, pass);
        const at::Tensor active = tap ? reluOfStage(normed, pass, *tap) : reluInPlace(normed, pass);
        at::Tensor result = second(reluInPlace(first(active, pass), pass), pass);
        return result.add_(shortcut ? (*shortcut)(active, pass) : features);
    }
};

class WideResNet final : public Network {
public:
    WideResNet(const Variant& variant, const NetworkPlan& plan)
        : Network(plan),
          stem_(*this, "conv1", {.in = plan.input.channels, .out = scaledWidth(plan, 16), .position = Position::First}),
          stages_(makeStages(variant)),
          norm_(*this, "bn1", scaledWidth(plan, 64 * variant.factor)),
          head_(*this, "fc", {.in = scaledWidth(plan, 64 * variant.factor), .out = plan.classes, .position = Position::Last}) {}

    Outputs forward(const at::Tensor& images, const Pass& pass) const override {
        Outputs outputs;
        at::Tensor features = stem_(images, pass);
        // What leaves a stage goes through norm and ReLU in the first block of the next: there it is tapped.
        for (const std::vector<Block>& stage : stages_)
            for (size_t i = 0; i < stage.size(); ++i)
                features = stage[i](features, pass, i == 0 ? &outputs : nullptr);
        const at::Tensor pooled = globalAverage(reluOfStage(norm_(features, pass), pass, outputs));
        outputs.logits = head_(pooled, pass);
        if (pass.taps) outputs.pooled = pooled;
        return outputs;
    }

private:
    std::vector<std::vector<Block>> makeStages(const Variant& variant) {
        std::vector<std::vector<Block>> stages(3);
        int64_t in = scaledWidth(plan_, 16);
        for (size_t s = 0; s < stages.size(); ++s) {
            const int64_t out = scaledWidth(plan_, (int64_t{16} << s) * variant.factor);
            for (int64_t b = 0; b < (variant.depth - 4) / 6; ++b) {
                stages[s].emplace_back(*this, fmt::format("block{}.layer.{}", s + 1, b), in, out, b == 0 && s > 0 ? 2 : 1);
                in = out;
            }
        }
        return stages;
    }

    Conv2d stem_;
    std::vector<std::vector<Block>> stages_;
    BatchNorm norm_;
    Linear head_;
};

Member describe(const Variant& variant) {
    Member member;
    member.name = variant.name;
    member.help =
        fmt::format("Wide ResNet for small images: {} layers, {} times the usual width.", variant.depth, variant.factor);
    member.source = "Zagoruyko and Komodakis, Wide Residual Networks, BMVC 2016";
    member.parameters = {widthParameter()};
    member.facts = {{"family", "Wide ResNet"}, {"depth", variant.depth}};
    if (variant.cifar100) member.facts["reference"] = cifar100Reference(*variant.cifar100);
    return member;
}

std::unique_ptr<Network> build(const Variant& variant, const NetworkPlan& plan) {
    requireSize(variant.name, plan.input, 8);
    return std::make_unique<WideResNet>(variant, plan);
}

}  // namespace

std::vector<Architecture> wideResNets() {
    return familyOf(variants, describe, build);
}

}  // namespace gaplab
