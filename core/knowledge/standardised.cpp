#include "core/knowledge/standardised.h"

#include <torch/types.h>

namespace gaplab {
namespace {

/// Added to the deviation, as published.
constexpr double smallestSpread = 1e-7;

Outputs standardise(const Outputs& outputs) {
    Outputs changed = outputs;
    const at::Tensor& z = outputs.logits;
    changed.logits = (z - z.mean(1, true)) / (z.std(1, true, true) + smallestSpread);
    return changed;
}

/// `Base` is Loss or PerSampleLoss, as the loss inside.
template <class Base>
class Standardised : public Base {
public:
    explicit Standardised(std::unique_ptr<Loss> loss) : loss_(std::move(loss)) {}

    bool setTemperature(double temperature) override { return loss_->setTemperature(temperature); }
    bool needsFeatures() const override { return loss_->needsFeatures(); }
    Model* adapters() override { return loss_->adapters(); }
    void learn(const Outputs* from, const Outputs& to, const Batch& batch) override {
        const Outputs source = standardise(*from);
        loss_->learn(&source, standardise(to), batch);
    }
    LossReport report() override { return loss_->report(); }
    std::vector<std::string> describe() const override { return loss_->describe(); }

protected:
    std::unique_ptr<Loss> loss_;
};

class Whole final : public Standardised<Loss> {
public:
    using Standardised::Standardised;
    at::Tensor operator()(const Outputs* from, const Outputs& to, const Batch& batch) const override {
        const Outputs source = standardise(*from);
        return (*loss_)(&source, standardise(to), batch);
    }
};

class PerSample final : public Standardised<PerSampleLoss> {
public:
    using Standardised::Standardised;
    at::Tensor perSample(const Outputs* from, const Outputs& to, const Batch& batch) const override {
        const Outputs source = standardise(*from);
        return static_cast<const PerSampleLoss&>(*loss_).perSample(&source, standardise(to), batch);
    }
};

}  // namespace

Parameter standardiseParameter() {
    Parameter parameter = booleanParameter("standardise", false,
                                           "Compares the logits of both networks less their mean, divided by their deviation");
    parameter.source = "Sun et al., CVPR 2024: with temperature 2 and weight 9";
    return parameter;
}

std::unique_ptr<Loss> standardised(std::unique_ptr<Loss> loss) {
    if (dynamic_cast<const PerSampleLoss*>(loss.get())) return std::make_unique<PerSample>(std::move(loss));
    return std::make_unique<Whole>(std::move(loss));
}

}  // namespace gaplab
