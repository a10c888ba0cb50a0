#include <array>
#include <optional>

#include <fmt/format.h>

#include "core/nn/architecture.h"
#include "core/nn/layers/batch_norm.h"
#include "core/nn/layers/linear.h"
#include "core/nn/layers/stateless.h"

// MobileNetV2 with torchvision's parameter names. For small images the form of the common distillation benchmarks is built: the
// second group keeps the resolution, the first block has an expansion too, widths are rounded down.

namespace gaplab {
namespace {

struct Group {
    int64_t expansion, out, blocks, stride;
    bool endsStage;
};

constexpr int64_t stemWidth = 32;
constexpr int64_t lastWidth = 1280;
constexpr std::array groups = {Group{1, 16, 1, 1, false}, Group{6, 24, 2, 2, true}, Group{6, 32, 3, 2, true},
                               Group{6, 64, 4, 2, false}, Group{6, 96, 3, 1, true}, Group{6, 160, 3, 2, false},
                               Group{6, 320, 1, 1, true}};

/// As torchvision rounds: to a multiple of 8, not down by more than a tenth.
int64_t roundedToEight(double channels) {
    const int64_t rounded = std::max<int64_t>(8, static_cast<int64_t>(channels + 4) / 8 * 8);
    return static_cast<double>(rounded) < 0.9 * channels ? rounded + 8 : rounded;
}

int64_t widthOf(const NetworkPlan& plan, int64_t channels) {
    const double scaled = plan.parameters.at("width").get<double>() * static_cast<double>(channels);
    return hasImageNetStem(plan) ? roundedToEight(scaled) : std::max<int64_t>(1, static_cast<int64_t>(scaled));
}

struct BlockShape {
    int64_t in, out, stride, expansion;
    bool expands;  ///< has a convolution for the expansion
};

struct Block {
    std::optional<ConvNorm> expand;
    std::optional<ConvNorm> depthwise;
    std::optional<ConvNorm> project;
    bool residual;

    Block(Network& network, const std::string& name, const BlockShape& shape)
        : residual(shape.stride == 1 && shape.in == shape.out) {
        const int64_t hidden = shape.in * shape.expansion;
        int number = 0;
        const auto inner = [&] { return fmt::format("{}.conv.{}.", name, number++); };
        if (shape.expands) {
            const std::string layer = inner();
            expand.emplace(network, layer + "0", layer + "1",
                           Conv2dOptions{.in = shape.in, .out = hidden, .kernel = 1, .padding = 0});
        }
        const std::string layer = inner();
        depthwise.emplace(network, layer + "0", layer + "1",
                          Conv2dOptions{.in = hidden, .out = hidden, .stride = shape.stride, .groups = hidden});
        project.emplace(network, fmt::format("{}.conv.{}", name, number), fmt::format("{}.conv.{}", name, number + 1),
                        Conv2dOptions{.in = hidden, .out = shape.out, .kernel = 1, .padding = 0});
    }

    at::Tensor operator()(const at::Tensor& features, const Pass& pass) const {
        at::Tensor hidden = expand ? relu6InPlace((*expand)(features, pass), pass) : features;
        hidden = relu6InPlace((*depthwise)(hidden, pass), pass);
        at::Tensor result = (*project)(hidden, pass);
        return residual ? result.add_(features) : result;
    }
};

class MobileNetV2 final : public Network {
public:
    explicit MobileNetV2(const NetworkPlan& plan)
        : Network(plan),
          stem_(*this, "features.0.0", "features.0.1",
                {.in = plan.input.channels, .out = widthOf(plan, stemWidth), .stride = 2, .position = Position::First}),
          groups_(makeGroups()),
          last_(*this, fmt::format("features.{}.0", blocks_ + 1), fmt::format("features.{}.1", blocks_ + 1),
                {.in = widthOf(plan, groups.back().out), .out = lastChannels(), .kernel = 1, .padding = 0}),
          head_(*this, "classifier.1", {.in = lastChannels(), .out = plan.classes, .position = Position::Last}) {}

    Outputs forward(const at::Tensor& images, const Pass& pass) const override {
        Outputs outputs;
        at::Tensor features = relu6OfStage(stem_(images, pass), pass, outputs);
        for (size_t g = 0; g < groups_.size(); ++g) {
            for (const Block& block : groups_[g])
                features = block(features, pass);
            if (groups[g].endsStage) tapStage(features, pass, outputs);
        }
        const at::Tensor pooled = globalAverage(relu6InPlace(last_(features, pass), pass));
        outputs.logits = head_(pooled, pass);
        if (pass.taps) outputs.pooled = pooled;
        return outputs;
    }

private:
    int64_t lastChannels() const {
        return widthOf(plan_, lastWidth) < lastWidth ? lastWidth : widthOf(plan_, lastWidth);  // never narrower than usual
    }

    std::vector<std::vector<Block>> makeGroups() {
        const bool small = !hasImageNetStem(plan_);
        std::vector<std::vector<Block>> made(groups.size());
        int64_t in = widthOf(plan_, stemWidth);
        for (size_t g = 0; g < groups.size(); ++g) {
            const int64_t groupStride = small && g == 1 ? 1 : groups[g].stride;
            for (int64_t b = 0; b < groups[g].blocks; ++b) {
                const BlockShape shape{in, widthOf(plan_, groups[g].out), b == 0 ? groupStride : 1, groups[g].expansion,
                                       small || groups[g].expansion > 1};
                made[g].emplace_back(*this, fmt::format("features.{}", ++blocks_), shape);
                in = shape.out;
            }
        }
        return made;
    }

    ConvNorm stem_;
    int blocks_ = 0;
    std::vector<std::vector<Block>> groups_;
    ConvNorm last_;
    Linear head_;
};

}  // namespace

std::vector<Architecture> mobileNetsV2() {
    Member member{
        .name = "mobilenet_v2",
        .help = "MobileNetV2: inverted residual blocks; with the form for small images that distillation benchmarks use.",
        .source = "Sandler et al., MobileNetV2, CVPR 2018"};
    member.parameters = {stemParameter(), widthParameter()};
    member.facts = {{"family", "MobileNet"},
                    {"reference", {{"imagenet", 0.7188}, {"source", "torchvision, IMAGENET1K_V1 weights"}}}};
    return {{member, [](const NetworkPlan& plan) -> std::unique_ptr<Network> {
                 requireSize("mobilenet_v2", plan.input, hasImageNetStem(plan) ? 32 : 16);
                 return std::make_unique<MobileNetV2>(plan);
             }}};
}

}  // namespace gaplab
