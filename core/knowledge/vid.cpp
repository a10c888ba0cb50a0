#include <cmath>
#include <optional>

#include <ATen/ops/softplus.h>
#include <fmt/format.h>
#include <torch/types.h>

#include "core/knowledge/adapters.h"
#include "core/knowledge/members.h"
#include "core/nn/layers/conv2d.h"

namespace gaplab {
namespace {

constexpr double smallestVariance = 1e-5;  // of a variance, as in the authors' code

/// Predicts a feature of the source: a mean from three 1 x 1 convolutions and a variance a channel.
struct Predictor {
    Conv2d first, second, third;
    size_t variance;  ///< the parameter, before the softplus

    Predictor(Network& network, const std::string& name, int64_t in, int64_t out, double initial)
        : first(network, name + ".0", options(in, out)),
          second(network, name + ".1", options(out, out)),
          third(network, name + ".2", options(out, out)),
          variance(network.addParameter(name + ".variance", {out}, ParameterRole::NormShift,
                                        Initial::constant(std::log(std::expm1(initial - smallestVariance))))) {}

    static Conv2dOptions options(int64_t in, int64_t out) { return {.in = in, .out = out, .kernel = 1, .padding = 0}; }

    at::Tensor mean(const at::Tensor& map, const Pass& pass) const {
        return third(second(first(map, pass).relu(), pass).relu(), pass);
    }
};

class Predictors final : public Network {
public:
    Outputs forward(const at::Tensor&, const Pass&) const override { return {}; }
    std::vector<Predictor> of;
};

class VariationalInformation final : public StagewiseLoss {
public:
    explicit VariationalInformation(const LossPlan& plan) : StagewiseLoss(plan, UsualStages::All) {
        const double initial = plan.parameters.value("variance", 5.0);
        const auto predictors = std::make_shared<Predictors>();
        for (size_t i = 0; i < meetings_.size(); ++i) {
            predictors->of.emplace_back(*predictors, fmt::format("predictor{}", i), meetings_[i].toChannels,
                                        meetings_[i].fromChannels, initial);
            tell(plan, i, fmt::format("three 1 x 1 convolutions to {} channels", meetings_[i].fromChannels));
        }
        predictors_ = predictors.get();
        model_ = {predictors, initialState(*predictors, plan.seed)};
    }

private:
    at::Tensor compare(size_t index, const at::Tensor& from, const at::Tensor& to) const override {
        const Predictor& predictor = predictors_->of[index];
        const at::Tensor mean = promoted(predictor.mean(asMap(to), pass()));
        const at::Tensor variance =
            (at::softplus(model_.state.parameters[predictor.variance]) + smallestVariance).view({1, -1, 1, 1});
        return ((mean - asMap(from)).square() / variance + variance.log()).mean() / 2;
    }

    const Predictors* predictors_ = nullptr;
};

}  // namespace

LossEntry vidLoss() {
    Parameter variance = realParameter("variance", 5.0, 0.001, 1000.0, "σ² of every channel at first; it is learned");
    variance.source = "Ahn et al. 2019, their code: 5";
    return {
        {.name = "vid",
         .help = "Variational information: from the student's features the mean μ of the teacher's is predicted, by three "
                 "1 x 1 convolutions, and for each channel c how far off that is, σ²; the loss is what the teacher's features "
                 "cost under that. May be negative. Usual weight: 1",
         .source = "Ahn et al., Variational Information Distillation for Knowledge Transfer, CVPR 2019, eq. 4 and 5",
         .parameters = {variance, comparedParameter()},
         .facts = {{"formula", "Σₗ mean((Fₜₗ − μ(Fₛₗ))² / σ²_c + log σ²_c) / 2"}, {"weight", 1}}},
        [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<VariationalInformation>(plan); },
        LossKind::Features,
        true,
        true};
}

}  // namespace gaplab
