#include <optional>

#include <ATen/ops/softplus.h>
#include <fmt/format.h>
#include <torch/types.h>

#include "core/knowledge/adapters.h"
#include "core/knowledge/discriminator.h"
#include "core/knowledge/members.h"
#include "core/nn/layers/linear.h"

namespace gaplab {
namespace {

constexpr double fooledLong = 500;       // steps
constexpr double clearlyLearning = 0.1;  // below the bound of freezing: it is no longer frozen, for the report

/// A discriminator, and what brings pooled features of another width to the source's.
class Opponent final : public Network {
public:
    Opponent(int64_t from, int64_t to, int64_t classes, double rate) : discriminator(*this, from, classes, rate) {
        if (from != to) adaptor.emplace(*this, "adaptor", LinearOptions{.in = to, .out = from});
    }
    Outputs forward(const at::Tensor&, const Pass&) const override { return {}; }

    Discriminator discriminator;
    std::optional<Linear> adaptor;
};

class Adversarial final : public Loss {
public:
    explicit Adversarial(const LossPlan& plan)
        : pooled_(plan.parameters.value("sees", "logits") == "pooled"),
          weight_(plan.parameters.value("adversarial", 0.1)),
          distance_(plan.parameters.value("distance", 1.0)),
          freezeAbove_(plan.parameters.value("freeze_above", 0.95)),
          silentBelow_(plan.parameters.value("silent_below", Discriminator::fooledBelow)) {
        if (plan.classes < 2) throw inputError("The loss adversarial needs to know the number of classes");
        if (pooled_ && (plan.fromShapes.empty() || plan.toShapes.empty()))
            throw inputError("The features of the two networks are not known");
        const int64_t from = pooled_ ? plan.fromShapes.back().front() : plan.classes;
        const int64_t to = pooled_ ? plan.toShapes.back().front() : plan.classes;
        const auto opponent = std::make_shared<Opponent>(from, to, plan.classes, plan.parameters.value("discriminator_lr", 1e-3));
        opponent_ = opponent.get();
        initial_ = initialState(*opponent, plan.seed);
        model_ = {opponent, initial_.clone()};
        if (pooled_)
            line_ = fmt::format("{} -> {}: {}", stageName(plan.fromShapes, plan.fromShapes.size() - 1),
                                stageName(plan.toShapes, plan.toShapes.size() - 1),
                                from == to ? "as they are" : fmt::format("linear layer to {} channels", from));
    }

    at::Tensor operator()(const Outputs* from, const Outputs& to, const Batch&) const override {
        const at::Tensor source = seen(*from).detach(), own = adapted(to);
        requireSameWidth(source, own);
        const Discriminator& judge = opponent_->discriminator;
        const at::Tensor deceiving = at::softplus(-judge(model_.state, own).real).mean();
        const at::Tensor speaks = (judge.accuracy(model_.state) >= silentBelow_).to(own.scalar_type()).squeeze();
        return weight_ * speaks * deceiving + distance_ * (own - source).abs().mean();
    }

    void learn(const Outputs* from, const Outputs& to, const Batch& batch) override {
        const at::NoGradGuard noGradient;
        const at::Tensor source = seen(*from);
        if (initial_.buffers.front().device() != source.device()) initial_ = initial_.to(source.device());
        const at::Tensor target = batch.softLabels.defined() ? batch.softLabels.to(source.scalar_type()) : batch.labels;
        opponent_->discriminator.learn(model_.state, initial_, source, adapted(to), target, freezeAbove_);
    }

    LossReport report() override;

    bool needsFeatures() const override { return pooled_; }
    Model* adapters() override { return &model_; }
    std::vector<std::string> describe() const override { return line_.empty() ? std::vector<std::string>() : std::vector{line_}; }

private:
    /// What was told of last.
    enum class Told { Nothing, Frozen, Fooled };

    at::Tensor seen(const Outputs& outputs) const { return promoted(pooled_ ? outputs.pooled : outputs.logits); }

    at::Tensor adapted(const Outputs& outputs) const {
        const at::Tensor own = seen(outputs);
        if (!opponent_->adaptor) return own;
        return promoted((*opponent_->adaptor)(own, Pass{.state = model_.state, .training = true}));
    }

    void requireSameWidth(const at::Tensor& source, const at::Tensor& own) const {
        if (source.size(1) != own.size(1))
            throw inputError(
                fmt::format("The loss adversarial compares what has the same width, but the source has {} {} and the "
                            "network that learns {}",
                            source.size(1), pooled_ ? "features" : "classes", own.size(1)));
    }

    bool pooled_;
    double weight_, distance_, freezeAbove_, silentBelow_;
    const Opponent* opponent_ = nullptr;
    Model model_;
    State initial_;
    std::string line_;
};

LossReport Adversarial::report() {
    const Discriminator& judge = opponent_->discriminator;
    const State& state = model_.state;
    const at::Tensor values = at::cat({judge.accuracy(state), judge.fooledSteps(state), judge.resets(state), judge.told(state)})
                                  .to(at::kCPU, at::kDouble);
    const double* read = values.const_data_ptr<double>();
    const double accuracy = read[0], fooled = read[1], resets = read[2], resetsTold = read[4];
    const auto before = static_cast<Told>(static_cast<int>(read[3]));
    LossReport report{.series = {{"discriminator_accuracy", accuracy}}, .event = {}, .text = {}};

    Told now = before;
    if (accuracy > freezeAbove_)
        now = Told::Frozen;
    else if (fooled >= fooledLong)
        now = Told::Fooled;
    else if ((before == Told::Frozen && accuracy < freezeAbove_ - clearlyLearning) || (before == Told::Fooled && fooled == 0))
        now = Told::Nothing;

    if (resets > resetsTold)
        report.text = "The discriminator met a value that is not finite and was begun anew";
    else if (now != before && now == Told::Frozen)
        report.text = fmt::format(
            "The discriminator is right in {:.0f} % of all cases: it waits until the networks are harder to "
            "tell apart (freeze_above is {})",
            100 * accuracy, freezeAbove_);
    else if (now != before && now == Told::Fooled)
        report.text = fmt::format(
            "The discriminator has been right in only {:.0f} % of all cases for {:.0f} steps: it cannot tell "
            "the networks apart, and what it says no longer teaches (silent_below is {})",
            100 * accuracy, fooled, silentBelow_);
    else if (now != before)
        report.text = fmt::format(
            "The discriminator tells the networks apart again: it is right in {:.0f} % of all cases, neither "
            "always nor by chance",
            100 * accuracy);
    if (report.text.empty()) return report;
    report.event = "discriminator";
    const at::NoGradGuard noGradient;
    judge.told(state).copy_(at::tensor({static_cast<double>(now), resets}, at::kDouble));
    return report;
}

}  // namespace

LossEntry adversarialLoss() {
    Parameter weight = realParameter("adversarial", 0.1, 0.0, 1000.0, "a, the weight of what deceives the discriminator");
    Parameter distance = realParameter("distance", 1.0, 0.0, 1000.0, "d, the weight of the mean absolute difference");
    Parameter rate = aboveMinimum(realParameter("discriminator_lr", 1e-3, 0.0, 1.0, "Learning rate of the discriminator's Adam"));
    Parameter freeze = realParameter("freeze_above", 0.95, 0.5, 1.0, "Accuracy above which the discriminator does not learn");
    Parameter silent = realParameter("silent_below", Discriminator::fooledBelow, 0.0, 1.0,
                                     "Accuracy below which what deceives the discriminator does not teach; it goes on learning");
    for (Parameter* parameter : {&weight, &distance, &rate, &freeze, &silent})
        parameter->source = "Usual for adversarial training; the paper does not fix it";
    Parameter sees = choiceParameter("sees", "logits", {"logits", "pooled"}, "What the discriminator is shown of the networks");
    sees.source = "Xu et al. 2018, section 3.2: logits; Chung et al. 2020: features";
    return {
        {.name = "adversarial",
         .help = "A discriminator D learns to tell the teacher's outputs zₜ (real) from the student's zₛ, and which class they "
                 "are; the student learns to deceive it and to be near in each output. D is C-128-128-(1+C) with spectral "
                 "norm. Works for any two networks. Usual weight: 1",
         .source = "Xu, Hsu, Huang, Training Shallow and Thin Networks for Acceleration via Knowledge Distillation with "
                   "Conditional Adversarial Networks, ICLR workshop 2018",
         .parameters = {sees, weight, distance, rate, freeze, silent},
         .facts = {{"compares_classes", true},
                   {"formula",
                    "a · (−log D(zₛ)) + d · mean|zₛ − zₜ|;  D minimises −log D(zₜ) − log(1 − D(zₛ)) + CE(zₜ) + CE(zₛ)"},
                   {"weight", 1}}},
        [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<Adversarial>(plan); },
        LossKind::Adversarial,
        true};
}

}  // namespace gaplab
