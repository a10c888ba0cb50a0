#include <optional>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/nn/architecture.h"
#include "core/nn/layers/attention.h"
#include "core/nn/layers/layer_norm.h"
#include "core/nn/layers/stateless.h"
#include "core/nn/layers/tokens.h"

// Vision transformers in the form of DeiT, parameter names of timm.

namespace gaplab {
namespace {

struct Shape {
    int64_t patch, features, depth, heads;
};

constexpr int64_t hiddenFactor = 4;  // of the two linear layers behind each attention
constexpr size_t stageCount = 4;

struct Block {
    LayerNorm norm1;
    Attention attention;
    LayerNorm norm2;
    Linear enlarge;
    Linear reduce;

    Block(Network& network, const std::string& name, const Shape& shape)
        : norm1(network, name + ".norm1", shape.features),
          attention(network, name + ".attn", shape.features, shape.heads),
          norm2(network, name + ".norm2", shape.features),
          enlarge(network, name + ".mlp.fc1", {.in = shape.features, .out = hiddenFactor * shape.features, .transformer = true}),
          reduce(network, name + ".mlp.fc2", {.in = hiddenFactor * shape.features, .out = shape.features, .transformer = true}) {}

    at::Tensor operator()(const at::Tensor& tokens, const Pass& pass) const {
        const at::Tensor mixed = tokens + attention(norm1(tokens, pass), pass);
        return mixed + reduce(gelu(enlarge(norm2(mixed, pass), pass), pass), pass);
    }
};

class Deit final : public Network {
public:
    Deit(const Shape& shape, const NetworkPlan& plan)
        : Network(plan),
          embedding_(*this, "patch_embed", plan.input.channels, shape.features, shape.patch),
          positions_(*this, plan.input.height / shape.patch * (plan.input.width / shape.patch), shape.features) {
        for (int64_t i = 0; i < shape.depth; ++i)
            blocks_.emplace_back(*this, fmt::format("blocks.{}", i), shape);
        norm_.emplace(*this, "norm", shape.features);
        head_.emplace(*this, "head",
                      LinearOptions{.in = shape.features, .out = plan.classes, .position = Position::Last, .transformer = true});
    }

    Outputs forward(const at::Tensor& images, const Pass& pass) const override {
        Outputs outputs;
        at::Tensor tokens = positions_(embedding_(images, pass), pass);
        for (size_t i = 0; i < blocks_.size(); ++i) {
            tokens = blocks_[i](tokens, pass);
            if ((i + 1) * stageCount % blocks_.size() < stageCount) tapStage(tokens, pass, outputs);
        }
        const at::Tensor pooled = (*norm_)(tokens, pass).select(1, 0);
        outputs.logits = (*head_)(pooled, pass);
        if (pass.taps) outputs.pooled = pooled;
        return outputs;
    }

private:
    PatchEmbedding embedding_;
    ClassTokenAndPositions positions_;
    std::vector<Block> blocks_;
    std::optional<LayerNorm> norm_;
    std::optional<Linear> head_;
};

std::unique_ptr<Network> build(const std::string& name, const Shape& shape, const NetworkPlan& plan) {
    if (shape.features % shape.heads != 0)
        throw inputError(fmt::format("{}: {} features cannot be shared by {} heads", name, shape.features, shape.heads));
    if (plan.input.height % shape.patch != 0 || plan.input.width % shape.patch != 0)
        throw inputError(fmt::format("{} cannot cut images of {} x {} pixels into patches of {}", name, plan.input.height,
                                     plan.input.width, shape.patch),
                         "Choose another patch, or another data.size.");
    return std::make_unique<Deit>(shape, plan);
}

Member describe(const std::string& name, const std::string& help) {
    Member member{.name = name, .help = help, .source = "Touvron et al., Training data-efficient image transformers, ICML 2021"};
    member.facts = {{"family", "DeiT"}};
    return member;
}

/// Of the published sizes; heads keep 64 features each at width 1.
Architecture published(const std::string& name, int64_t features, double imagenet) {
    Member member = describe(name, fmt::format("Vision transformer: 12 blocks of {} features, patches of 16 pixels for ImageNet "
                                               "and of 4 for small images.",
                                               features));
    member.parameters = {stemParameter(), widthParameter()};
    member.facts["reference"] = {{"imagenet", imagenet}, {"source", "Touvron et al., ICML 2021, table 5"}};
    return {member, [name, features](const NetworkPlan& plan) {
                const int64_t heads = features / 64;
                const int64_t width = heads * scaledWidth(plan, features / heads);
                return build(name, {hasImageNetStem(plan) ? 16 : 4, width, 12, heads}, plan);
            }};
}

Architecture free() {
    Member member = describe("deit", "Vision transformer of a size of your own.");
    member.parameters = {integerParameter("patch", 4, 1, 64, "Side of a patch", "pixels"),
                         integerParameter("dim", 192, 8, 4096, "Features of a token"),
                         integerParameter("depth", 12, 1, 64, "Blocks"),
                         integerParameter("heads", 3, 1, 64, "Attention heads; they share the features evenly")};
    return {member, [](const NetworkPlan& plan) {
                const auto number = [&](const char* key) { return plan.parameters.at(key).get<int64_t>(); };
                return build("deit", {number("patch"), number("dim"), number("depth"), number("heads")}, plan);
            }};
}

}  // namespace

std::vector<Architecture> deits() {
    return {published("deit_tiny", 192, 0.722), published("deit_small", 384, 0.798), free()};
}

}  // namespace gaplab
