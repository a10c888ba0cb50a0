#include <array>
#include <optional>

#include <fmt/format.h>

#include "core/nn/architecture.h"
#include "core/nn/layers/batch_norm.h"
#include "core/nn/layers/linear.h"
#include "core/nn/layers/stateless.h"

// ShuffleNetV2 with torchvision's parameter names; for small images the stem is a 1x1 convolution without pooling, as in the
// common distillation benchmarks.

namespace gaplab {
namespace {

constexpr int64_t stemWidth = 24;
constexpr int64_t lastWidth = 1024;

struct Stage {
    int64_t out, units;
};
constexpr std::array stages = {Stage{116, 4}, Stage{232, 8}, Stage{464, 4}};

int64_t evenWidth(const NetworkPlan& plan, int64_t channels) {
    return 2 * scaledWidth(plan, channels / 2);
}

ConvNorm depthwise(Network& network, const std::string& prefix, int first, int64_t channels, int64_t stride) {
    return {network, prefix + std::to_string(first), prefix + std::to_string(first + 1),
            Conv2dOptions{.in = channels, .out = channels, .stride = stride, .groups = channels}};
}

ConvNorm pointwise(Network& network, const std::string& prefix, int first, int64_t in, int64_t out) {
    return {network, prefix + std::to_string(first), prefix + std::to_string(first + 1),
            Conv2dOptions{.in = in, .out = out, .kernel = 1, .padding = 0}};
}

struct Projection {
    ConvNorm depth, point;
};

/// The first unit of a stage works on all channels twice and doubles them, the others pass one half on as it is.
struct Unit {
    const Network& network;
    std::optional<Projection> projection;
    ConvNorm first, depth, last;

    Unit(Network& owner, const std::string& name, int64_t in, int64_t out, bool reduces)
        : network(owner),
          projection(reduces ? std::optional<Projection>({depthwise(owner, name + ".branch1.", 0, in, 2),
                                                          pointwise(owner, name + ".branch1.", 2, in, out / 2)})
                             : std::nullopt),
          first(pointwise(owner, name + ".branch2.", 0, reduces ? in : in / 2, out / 2)),
          depth(depthwise(owner, name + ".branch2.", 3, out / 2, reduces ? 2 : 1)),
          last(pointwise(owner, name + ".branch2.", 5, out / 2, out / 2)) {}

    at::Tensor operator()(const at::Tensor& features, const Pass& pass) const {
        const int64_t copies = copiesIn(network, pass);
        const auto worked = [&](const at::Tensor& input) {
            return reluInPlace(last(depth(reluInPlace(first(input, pass), pass), pass), pass), pass);
        };
        at::Tensor joined;
        if (projection) {
            const at::Tensor other = reluInPlace(projection->point(projection->depth(features, pass), pass), pass);
            joined = concatenateChannels({other, worked(features)}, copies);
        } else {
            const auto [kept, input] = halveChannels(features, copies);
            joined = concatenateChannels({kept, worked(input)}, copies);
        }
        countKept(pass, joined);
        return shuffleChannels(joined, 2, copies);
    }
};

class ShuffleNetV2 final : public Network {
public:
    explicit ShuffleNetV2(const NetworkPlan& plan)
        : Network(plan),
          imageNetStem_(hasImageNetStem(plan)),
          stem_(*this, "conv1.0", "conv1.1",
                {.in = plan.input.channels,
                 .out = scaledWidth(plan, stemWidth),
                 .kernel = imageNetStem_ ? 3 : 1,
                 .stride = imageNetStem_ ? 2 : 1,
                 .padding = imageNetStem_ ? 1 : 0,
                 .position = Position::First}),
          stages_(makeStages()),
          last_(pointwise(*this, "conv5.", 0, evenWidth(plan, stages.back().out), scaledWidth(plan, lastWidth))),
          head_(*this, "fc", {.in = scaledWidth(plan, lastWidth), .out = plan.classes, .position = Position::Last}) {}

    Outputs forward(const at::Tensor& images, const Pass& pass) const override {
        Outputs outputs;
        at::Tensor features = reluOfStage(stem_(images, pass), pass, outputs);
        if (imageNetStem_) features = maxPoolOverlapping(features, pass);
        for (const std::vector<Unit>& stage : stages_) {
            for (const Unit& unit : stage)
                features = unit(features, pass);
            tapStage(features, pass, outputs);
        }
        const at::Tensor pooled = globalAverage(reluInPlace(last_(features, pass), pass));
        outputs.logits = head_(pooled, pass);
        if (pass.taps) outputs.pooled = pooled;
        return outputs;
    }

private:
    std::vector<std::vector<Unit>> makeStages() {
        std::vector<std::vector<Unit>> made(stages.size());
        int64_t in = scaledWidth(plan_, stemWidth);
        for (size_t s = 0; s < stages.size(); ++s) {
            const int64_t out = evenWidth(plan_, stages[s].out);
            for (int64_t u = 0; u < stages[s].units; ++u) {
                made[s].emplace_back(*this, fmt::format("stage{}.{}", s + 2, u), in, out, u == 0);
                in = out;
            }
        }
        return made;
    }

    bool imageNetStem_;
    ConvNorm stem_;
    std::vector<std::vector<Unit>> stages_;
    ConvNorm last_;
    Linear head_;
};

}  // namespace

std::vector<Architecture> shuffleNetsV2() {
    Member member{.name = "shufflenet_v2",
                  .help = "ShuffleNetV2: half of the channels pass each unit untouched, then all are shuffled.",
                  .source = "Ma et al., ShuffleNet V2, ECCV 2018"};
    member.parameters = {stemParameter(), widthParameter()};
    member.facts = {{"family", "ShuffleNet"}, {"reference", cifar100Reference(0.7182, 2)}};
    return {{member, [](const NetworkPlan& plan) -> std::unique_ptr<Network> {
                 requireSize("shufflenet_v2", plan.input, hasImageNetStem(plan) ? 32 : 8);
                 return std::make_unique<ShuffleNetV2>(plan);
             }}};
}

}  // namespace gaplab
