#include <optional>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/knowledge/adapters.h"
#include "core/knowledge/members.h"
#include "core/knowledge/softened.h"
#include "core/nn/layers/batch_norm.h"
#include "core/nn/layers/layer_norm.h"
#include "core/nn/layers/linear.h"
#include "core/nn/layers/stateless.h"

namespace gaplab {
namespace {

/// From the features of one stage to the classes: a small block, the mean over places, a linear layer.
class Projector {
public:
    Projector(Network& network, const std::string& name, const std::vector<int64_t>& shape, int64_t width, int64_t classes,
              bool classToken)
        : classToken_(classToken) {
        const bool isMap = shape.size() == 3;
        const int64_t features = isMap ? shape.front() : shape.back();
        if (isMap) {
            places_.emplace(network, name + ".depthwise", Conv2dOptions{.in = features, .out = features, .groups = features});
            channels_.emplace(network, name + ".conv", name + ".bn",
                              Conv2dOptions{.in = features, .out = width, .kernel = 1, .padding = 0});
        } else {
            norm_.emplace(network, name + ".norm", features);
            hidden_.emplace(network, name + ".hidden", LinearOptions{.in = features, .out = width});
        }
        classes_.emplace(network, name + ".classes", LinearOptions{.in = width, .out = classes});
    }

    /// [B, C, H, W], [B, N, D] or [B, C] to logits [B, K]
    at::Tensor operator()(const at::Tensor& features, const Pass& pass) const {
        if (places_) return (*classes_)(globalAverage((*channels_)((*places_)(features.relu(), pass), pass).relu()), pass);
        const at::Tensor hidden = at::gelu((*hidden_)((*norm_)(features, pass), pass));
        if (hidden.dim() == 2) return (*classes_)(hidden, pass);
        return (*classes_)(classToken_ ? hidden.select(1, 0) : hidden.mean(1), pass);
    }

private:
    bool classToken_;
    std::optional<Conv2d> places_;
    std::optional<ConvNorm> channels_;
    std::optional<LayerNorm> norm_;
    std::optional<Linear> hidden_;
    std::optional<Linear> classes_;
};

class Projectors final : public Network {
public:
    std::vector<Projector> of;
    Outputs forward(const at::Tensor&, const Pass&) const override { return {}; }
};

class OneForAll final : public Loss {
public:
    explicit OneForAll(const LossPlan& plan)
        : places_(chosenOwnStages(plan, UsualStages::All)),
          exponent_(plan.parameters.value("exponent", 1.0)),
          temperature_(plan.parameters, 1.0) {
        if (plan.classes < 2) throw inputError("The loss ofa compares classes, and their number is not known");
        const auto projectors = std::make_shared<Projectors>();
        for (size_t i = 0; i < places_.size(); ++i) {
            const std::vector<int64_t>& shape = plan.toShapes[places_[i]];
            const int64_t features = shape.size() == 3 ? shape.front() : shape.back();
            const int64_t width = std::max(features, plan.fromShapes.empty() ? features : plan.fromShapes.back().front());
            const bool classToken = plan.parameters.value("tokens", "mean") == "class";
            projectors->of.emplace_back(*projectors, fmt::format("projector{}", i), shape, width, plan.classes, classToken);
            const std::string block = shape.size() == 3   ? "3 x 3 convolution a channel, 1 x 1 convolution, mean over places"
                                      : shape.size() == 1 ? "hidden layer"
                                      : classToken        ? "hidden layer, class token"
                                                          : "hidden layer, mean over tokens";
            lines_.push_back(fmt::format("{}: {} to {} channels, {} classes", stageName(plan.toShapes, places_[i]), block, width,
                                         plan.classes));
        }
        projectors_ = projectors.get();
        model_ = {projectors, initialState(*projectors, plan.seed)};
    }

    at::Tensor operator()(const Outputs* from, const Outputs& to, const Batch& batch) const override {
        if (from->logits.size(1) != to.logits.size(1))
            throw inputError(fmt::format("The loss ofa compares classes, but one network has {} and the other {}",
                                         from->logits.size(1), to.logits.size(1)));
        const at::Tensor target = at::one_hot(batch.labels, to.logits.size(1)).to(from->logits.scalar_type());
        const at::Tensor teacher = at::softmax(from->logits.detach() / temperature_.now(), 1);
        const at::Tensor wanted = (teacher + target).pow(exponent_) - target;
        at::Tensor sum = cost(wanted, to.logits);
        const Pass pass{.state = model_.state, .training = true};
        for (size_t i = 0; i < places_.size(); ++i)
            sum = sum + cost(wanted, promoted(projectors_->of[i](featuresAt(to, places_[i]), pass)));
        return sum;
    }

    bool setTemperature(double temperature) override { return temperature_.set(temperature); }
    bool needsFeatures() const override { return true; }
    Model* adapters() override { return &model_; }
    std::vector<std::string> describe() const override { return lines_; }

private:
    at::Tensor cost(const at::Tensor& wanted, const at::Tensor& logits) const {
        return -(wanted * at::log_softmax(logits / temperature_.now(), 1)).sum(1).mean();
    }

    std::vector<size_t> places_;
    double exponent_;
    Temperature temperature_;
    const Projectors* projectors_ = nullptr;
    Model model_;
    std::vector<std::string> lines_;
};

}  // namespace

LossEntry ofaLoss() {
    Parameter exponent =
        realParameter("exponent", 1.0, 1.0, 4.0, "ε: above 1 the label's class counts more where the teacher is sure");
    exponent.source = "Hao et al. 2023, eq. 8: 1 to 1.5 by pair";
    Parameter temperature =
        aboveMinimum(realParameter("temperature", 1.0, 0.0, 100.0, "Softens the teacher and all outputs of the student"));
    temperature.source = "Hao et al. 2023, their code: 1";
    Parameter tokens =
        choiceParameter("tokens", "mean", {"mean", "class"},
                        "What of a transformer's tokens is projected: their mean, or the first one, the class token");
    tokens.source = "Hao et al. 2023, their code: the mean";
    return {
        {.name = "ofa",
         .help = "One for all: every stage of the student gets a projector to the classes, and each of these outputs and the "
                 "student's own are taught by the teacher's probabilities pₜ and the label y; architectures need nothing in "
                 "common. l = 0 is the student's own output. Usual weight: 1",
         .source = "Hao et al., One-for-All: Bridge the Gap Between Heterogeneous Architectures, NeurIPS 2023",
         .parameters = {exponent, temperature, tokens},
         .facts = {{"compares_classes", true}, {"formula", "−Σₗ Σ_c ((pₜ_c + [c = y])^ε − [c = y]) · log pₛₗ_c"}, {"weight", 1}}},
        [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<OneForAll>(plan); },
        LossKind::Features,
        true,
        true};
}

}  // namespace gaplab
