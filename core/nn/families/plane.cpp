#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <sstream>

#include <fmt/format.h>

#include "core/nn/architecture.h"
#include "core/nn/layers/batch_norm.h"
#include "core/nn/layers/linear.h"
#include "core/nn/layers/stateless.h"

// The plain convolutional nets of Mirzadeh et al. 2020 (teacher assistants), in which depth alone makes the gap.

namespace gaplab {
namespace {

/// C16: convolution 3x3 with bias, batch norm, ReLU; M: max pooling by two; F64: linear, ReLU. The classifier follows.
struct Variant {
    int64_t depth;
    const char* few;   ///< layout "c10"
    const char* many;  ///< layout "c100"
};

constexpr std::array variants = {
    Variant{2, "C16 M C16 M", "C32 M C32 M"},
    Variant{4, "C16 C16 M C32 C32 M", "C32 C32 M C64 C64 M"},
    Variant{6, "C16 C16 M C32 C32 M C64 C64 M", "C32 C32 M C64 C64 M C128 C128"},
    Variant{8, "C16 C16 M C32 C32 M C64 C64 M C128 C128 M F64", "C32 C32 M C64 C64 M C128 C128 M C256 C256 M F64"},
    Variant{10, "C32 C32 M C64 C64 M C128 C128 M C256 C256 C256 C256 M F128",
            "C32 C32 M C64 C64 M C128 C128 M C256 C256 C256 C256 M F512"},
};

/// Convolutions of one resolution.
struct Stage {
    std::vector<ConvNorm> convs;
    bool pooled = false;  ///< halves the resolution at its end
};

class PlaneNet final : public Network {
public:
    PlaneNet(const std::string& layout, const NetworkPlan& plan) : Network(plan), shape_(plan.input) {
        std::istringstream words(layout);
        for (std::string word; words >> word;)
            addWord(word);
        head_.emplace(*this, fmt::format("fc{}", hidden_ ? 2 : 1),
                      LinearOptions{.in = features(), .out = plan.classes, .position = Position::Last});
    }

    Outputs forward(const at::Tensor& images, const Pass& pass) const override {
        Outputs outputs;
        at::Tensor features = images;
        for (const Stage& stage : stages_)
            features = runStage(stage, features, pass, outputs);
        features = features.flatten(1);
        if (hidden_) features = reluInPlace((*hidden_)(features, pass), pass);
        outputs.logits = (*head_)(features, pass);
        if (pass.taps) outputs.pooled = features;
        return outputs;
    }

private:
    void addWord(const std::string& word) {
        if (word == "M") {
            stages_.back().pooled = true;
            shape_.height /= 2;
            shape_.width /= 2;
            return;
        }
        const int64_t width = std::stoll(word.substr(1));
        if (word.front() == 'C')
            addConvolution(width);
        else
            addHidden(width);
    }

    void addConvolution(int64_t width) {
        if (stages_.empty() || stages_.back().pooled) stages_.emplace_back();
        ++convolutions_;
        const Position position = convolutions_ == 1 ? Position::First : Position::Hidden;
        stages_.back().convs.emplace_back(*this, fmt::format("conv{}", convolutions_), fmt::format("bn{}", convolutions_),
                                          Conv2dOptions{.in = shape_.channels, .out = width, .bias = true, .position = position});
        shape_.channels = width;
    }

    void addHidden(int64_t width) {
        hidden_.emplace(*this, "fc1", LinearOptions{.in = features(), .out = width});
        shape_ = {width, 1, 1};
    }

    int64_t features() const { return shape_.channels * shape_.height * shape_.width; }

    at::Tensor runStage(const Stage& stage, at::Tensor features, const Pass& pass, Outputs& outputs) const {
        for (const ConvNorm& layer : stage.convs) {
            features = layer(features, pass);
            features = &layer == &stage.convs.back() ? reluOfStage(features, pass, outputs) : reluInPlace(features, pass);
        }
        return stage.pooled ? maxPoolByTwo(features, pass) : features;
    }

    InputShape shape_;  ///< while building: what the next layer sees
    int convolutions_ = 0;
    std::vector<Stage> stages_;
    std::optional<Linear> hidden_;
    std::optional<Linear> head_;
};

std::unique_ptr<Network> build(const Variant& variant, const NetworkPlan& plan) {
    const std::string choice = plan.parameters.at("layout");
    const std::string layout = choice == "c100" || (choice == "auto" && plan.classes > 10) ? variant.many : variant.few;
    const auto poolings = std::ranges::count(layout, 'M');
    requireSize(fmt::format("plane{}", variant.depth), plan.input, std::max<int64_t>(8, int64_t{1} << poolings));
    return std::make_unique<PlaneNet>(layout, plan);
}

Member describe(const Variant& variant) {
    Member member;
    member.name = fmt::format("plane{}", variant.depth);
    member.help = fmt::format("Plain convolutional net of {} layers, made to study gaps that depth alone makes.", variant.depth);
    member.source = "Mirzadeh et al., Improved Knowledge Distillation via Teacher Assistant, AAAI 2020";
    member.parameters = {choiceParameter("layout", "auto", {"auto", "c10", "c100"},
                                         "Widths as published for CIFAR-10 or CIFAR-100; auto: c100 for more than 10 classes.")};
    member.facts = {{"family", "plane"}, {"depth", variant.depth}};
    return member;
}

}  // namespace

std::vector<Architecture> planeNets() {
    return familyOf(variants, describe, build);
}

}  // namespace gaplab
