#include <array>

#include <fmt/format.h>

#include "core/nn/architecture.h"
#include "core/nn/layers/batch_norm.h"
#include "core/nn/layers/linear.h"
#include "core/nn/layers/stateless.h"

namespace gaplab {
namespace {

struct Unit {
    int64_t out, stride;
    bool endsStage;  ///< the last one before the resolution is halved
};

constexpr int64_t stemWidth = 32;
constexpr std::array units = {Unit{64, 1, true},   Unit{128, 2, false}, Unit{128, 1, true},  Unit{256, 2, false},
                              Unit{256, 1, true},  Unit{512, 2, false}, Unit{512, 1, false}, Unit{512, 1, false},
                              Unit{512, 1, false}, Unit{512, 1, false}, Unit{512, 1, true},  Unit{1024, 2, false},
                              Unit{1024, 1, true}};

/// A 3x3 convolution of every channel for itself, then a 1x1 convolution across them.
struct Separable {
    ConvNorm depthwise;
    ConvNorm pointwise;

    Separable(Network& network, const std::string& name, int64_t in, int64_t out, int64_t stride)
        : depthwise(network, name + ".0", name + ".1", {.in = in, .out = in, .stride = stride, .groups = in}),
          pointwise(network, name + ".3", name + ".4", {.in = in, .out = out, .kernel = 1, .padding = 0}) {}

    /// Without the ReLU at its end.
    at::Tensor operator()(const at::Tensor& features, const Pass& pass) const {
        return pointwise(reluInPlace(depthwise(features, pass), pass), pass);
    }
};

class MobileNetV1 final : public Network {
public:
    explicit MobileNetV1(const NetworkPlan& plan)
        : Network(plan),
          stem_(*this, "model.0.0", "model.0.1",
                {.in = plan.input.channels,
                 .out = scaledWidth(plan, stemWidth),
                 .stride = hasImageNetStem(plan) ? 2 : 1,
                 .position = Position::First}),
          units_(makeUnits()),
          head_(*this, "fc", {.in = scaledWidth(plan, units.back().out), .out = plan.classes, .position = Position::Last}) {}

    Outputs forward(const at::Tensor& images, const Pass& pass) const override {
        Outputs outputs;
        at::Tensor features = reluInPlace(stem_(images, pass), pass);
        for (size_t i = 0; i < units_.size(); ++i) {
            features = units_[i](features, pass);
            features = units[i].endsStage ? reluOfStage(features, pass, outputs) : reluInPlace(features, pass);
        }
        const at::Tensor pooled = globalAverage(features);
        outputs.logits = head_(pooled, pass);
        if (pass.taps) outputs.pooled = pooled;
        return outputs;
    }

private:
    std::vector<Separable> makeUnits() {
        std::vector<Separable> made;
        int64_t in = scaledWidth(plan_, stemWidth);
        for (const Unit& unit : units) {
            const int64_t out = scaledWidth(plan_, unit.out);
            made.emplace_back(*this, fmt::format("model.{}", made.size() + 1), in, out, unit.stride);
            in = out;
        }
        return made;
    }

    ConvNorm stem_;
    std::vector<Separable> units_;
    Linear head_;
};

}  // namespace

std::vector<Architecture> mobileNetsV1() {
    Member member{.name = "mobilenet_v1",
                  .help = "MobileNet: 13 separable convolutions; the stem keeps the size of small images.",
                  .source = "Howard et al., MobileNets, 2017"};
    member.parameters = {stemParameter(), widthParameter()};
    member.facts = {
        {"family", "MobileNet"},
        {"reference", {{"imagenet", 0.6887}, {"source", "Zhao et al., Decoupled Knowledge Distillation, CVPR 2022"}}}};
    return {{member, [](const NetworkPlan& plan) -> std::unique_ptr<Network> {
                 requireSize("mobilenet_v1", plan.input, hasImageNetStem(plan) ? 32 : 16);
                 return std::make_unique<MobileNetV1>(plan);
             }}};
}

}  // namespace gaplab
