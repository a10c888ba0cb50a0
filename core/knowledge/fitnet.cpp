#include <optional>

#include <ATen/ops/mse_loss.h>
#include <fmt/format.h>
#include <torch/types.h>

#include "core/knowledge/adapters.h"
#include "core/knowledge/members.h"
#include "core/nn/layers/batch_norm.h"
#include "core/nn/layers/linear.h"

namespace gaplab {
namespace {

/// To the other's channels: a convolution and batch norm for maps, a linear layer for vectors.
struct Regressor {
    std::optional<ConvNorm> maps;
    std::optional<Linear> vectors;
};

class Regressors final : public Network {
public:
    Regressors(const std::vector<Meeting>& meetings, int64_t kernel) {
        for (size_t i = 0; i < meetings.size(); ++i) {
            const Meeting& meeting = meetings[i];
            const std::string name = fmt::format("regressor{}", i);
            Regressor& regressor = of.emplace_back();
            if (meeting.vectors)
                regressor.vectors.emplace(*this, name, LinearOptions{.in = meeting.toChannels, .out = meeting.fromChannels});
            else
                regressor.maps.emplace(
                    *this, name + ".conv", name + ".bn",
                    Conv2dOptions{
                        .in = meeting.toChannels, .out = meeting.fromChannels, .kernel = kernel, .padding = kernel / 2});
        }
    }

    Outputs forward(const at::Tensor&, const Pass&) const override { return {}; }

    std::vector<Regressor> of;
};

class FitNet final : public StagewiseLoss {
public:
    explicit FitNet(const LossPlan& plan)
        : StagewiseLoss(plan, UsualStages::Hint), rectified_(plan.parameters.value("compared", "features") == "activations") {
        const int64_t kernel = plan.parameters.value("kernel", "1") == "3" ? 3 : 1;
        const auto regressors = std::make_shared<Regressors>(meetings_, kernel);
        for (size_t i = 0; i < meetings_.size(); ++i) {
            const bool tokens = plan.fromShapes[meetings_[i].pair.from].size() == 2;
            rectifies_.push_back(rectified_ && !meetings_[i].vectors && !tokens);
            tell(plan, i,
                 meetings_[i].vectors ? fmt::format("linear layer to {} channels", meetings_[i].fromChannels)
                                      : fmt::format("{0} x {0} convolution to {1} channels", kernel, meetings_[i].fromChannels));
        }
        regressors_ = regressors.get();
        model_ = {regressors, initialState(*regressors, plan.seed)};
    }

private:
    at::Tensor compare(size_t index, const at::Tensor& from, const at::Tensor& to) const override {
        const Regressor& regressor = regressors_->of[index];
        const at::Tensor fitted = promoted(regressor.maps ? (*regressor.maps)(to, pass()) : (*regressor.vectors)(to, pass()));
        return at::mse_loss(rectifies_[index] ? fitted.relu() : fitted, from);
    }

    bool rectified_;
    std::vector<bool> rectifies_;  ///< the regressor ends as what it is compared with
    const Regressors* regressors_ = nullptr;
};

}  // namespace

LossEntry fitnetLoss() {
    Parameter kernel = choiceParameter("kernel", "1", {"1", "3"}, "Side of the regressor's convolution");
    kernel.source = "RepDistiller: 1 for maps of the same size, 3 otherwise";
    return {{.name = "fitnet",
             .help = "Hints: a regressor r, a convolution with batch norm (and ReLU, where activations are compared), brings the "
                     "student's features to the teacher's channels, where they are to be the teacher's. Usual weight: 100",
             .source = "Romero et al., FitNets: Hints for Thin Deep Nets, ICLR 2015, eq. 3",
             .parameters = {kernel, comparedParameter()},
             .facts = {{"formula", "mean((r(Fₛ) − Fₜ)²)"}, {"weight", 100}, {"unlike", -0.5}}},
            [](const LossPlan& plan) -> std::unique_ptr<Loss> { return std::make_unique<FitNet>(plan); },
            LossKind::Features,
            true,
            true};
}

}  // namespace gaplab
