#include <array>
#include <optional>

#include <fmt/format.h>

#include "core/nn/architecture.h"
#include "core/nn/layers/batch_norm.h"
#include "core/nn/layers/linear.h"
#include "core/nn/layers/stateless.h"

// VGG with batch norm and one linear layer, as in the common distillation benchmarks: images of up to 32 pixels are halved three
// times, larger ones four times, before the global average.

namespace gaplab {
namespace {

struct Variant {
    const char* name;
    int64_t depth;
    std::array<int64_t, 5> convolutions;  ///< of the five blocks
    std::optional<double> cifar100;
};

constexpr std::array<int64_t, 5> widths = {64, 128, 256, 512, 512};
constexpr std::array variants = {Variant{"vgg8", 8, {1, 1, 1, 1, 1}, 0.7036}, Variant{"vgg11", 11, {1, 1, 2, 2, 2}, {}},
                                 Variant{"vgg13", 13, {2, 2, 2, 2, 2}, 0.7464}, Variant{"vgg16", 16, {2, 2, 3, 3, 3}, {}},
                                 Variant{"vgg19", 19, {2, 2, 4, 4, 4}, {}}};

class Vgg final : public Network {
public:
    Vgg(const Variant& variant, const NetworkPlan& plan)
        : Network(plan),
          poolings_(std::min(plan.input.height, plan.input.width) >= 64 ? 4 : 3),
          blocks_(makeBlocks(variant)),
          head_(*this, "classifier", {.in = scaledWidth(plan, widths.back()), .out = plan.classes, .position = Position::Last}) {}

    Outputs forward(const at::Tensor& images, const Pass& pass) const override {
        Outputs outputs;
        at::Tensor features = images;
        for (size_t b = 0; b < blocks_.size(); ++b) {
            for (const ConvNorm& layer : blocks_[b]) {
                features = layer(features, pass);
                features = &layer == &blocks_[b].back() ? reluOfStage(features, pass, outputs) : reluInPlace(features, pass);
            }
            if (b < poolings_) features = maxPoolByTwo(features, pass);
        }
        const at::Tensor pooled = globalAverage(features);
        outputs.logits = head_(pooled, pass);
        if (pass.taps) outputs.pooled = pooled;
        return outputs;
    }

private:
    std::vector<std::vector<ConvNorm>> makeBlocks(const Variant& variant) {
        std::vector<std::vector<ConvNorm>> blocks(widths.size());
        int64_t in = plan_.input.channels;
        for (size_t b = 0; b < blocks.size(); ++b) {
            const int64_t out = scaledWidth(plan_, widths[b]);
            for (int64_t c = 0; c < variant.convolutions[b]; ++c) {
                const std::string name = fmt::format("block{}.", b);
                const Position position = b == 0 && c == 0 ? Position::First : Position::Hidden;
                blocks[b].emplace_back(*this, name + std::to_string(3 * c), name + std::to_string(3 * c + 1),
                                       Conv2dOptions{.in = in, .out = out, .bias = true, .position = position});
                in = out;
            }
        }
        return blocks;
    }

    size_t poolings_;
    std::vector<std::vector<ConvNorm>> blocks_;
    Linear head_;
};

Member describe(const Variant& variant) {
    Member member;
    member.name = variant.name;
    member.help = fmt::format("VGG with batch norm: {} layers, one of them linear.", variant.depth);
    member.source = "Simonyan and Zisserman, Very Deep Convolutional Networks, ICLR 2015";
    member.parameters = {widthParameter()};
    member.facts = {{"family", "VGG with batch norm"}, {"depth", variant.depth}};
    if (variant.cifar100) member.facts["reference"] = cifar100Reference(*variant.cifar100);
    return member;
}

std::unique_ptr<Network> build(const Variant& variant, const NetworkPlan& plan) {
    requireSize(variant.name, plan.input, 8);
    return std::make_unique<Vgg>(variant, plan);
}

}  // namespace

std::vector<Architecture> vggNets() {
    return familyOf(variants, describe, build);
}

}  // namespace gaplab
