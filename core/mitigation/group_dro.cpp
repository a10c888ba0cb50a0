#include <cmath>

#include "core/mitigation/cells.h"
#include "core/mitigation/members.h"

namespace gaplab {
namespace {

class GroupDro final : public Mitigation {
public:
    explicit GroupDro(const MitigationPlan& plan)
        : cells_(cellsOf(plan.parameters.at("of"), plan.images)),
          everything_(plan.parameters.at("terms") == "everything"),
          eta_(plan.parameters.at("eta")) {
        at::Tensor margins = at::zeros({cells_.count()}, at::kDouble), shares = at::zeros({cells_.count()}, at::kDouble);
        for (size_t g = 0; g < cells_.images.size(); ++g) {
            if (cells_.images[g] == 0) continue;  // nothing to hold
            margins.mutable_data_ptr<double>()[g] =
                plan.parameters.at("adjustment").get<double>() / std::sqrt(static_cast<double>(cells_.images[g]));
            shares.mutable_data_ptr<double>()[g] = 1;
        }
        margins_ = margins.to(plan.device);
        shares_ = (shares / shares.sum()).repeat({std::ssize(plan.networks), 1}).to(plan.device);
    }

    bool combines(const TermSite& site) const override { return everything_ || site.from == "labels"; }

    at::Tensor combine(size_t network, const at::Tensor& costs, const Batch& batch) override {
        const at::Tensor place = cells_.of(batch.labels, batch.groups) + 1;  // 0: of unknown group
        const at::Tensor zeros = at::zeros({cells_.count() + 1}, costs.options().requires_grad(false));
        const at::Tensor images = zeros.index_add(0, place, at::ones_like(costs).detach());
        const at::Tensor sums = zeros.index_add(0, place, costs);
        const at::Tensor losses = sums.slice(0, 1) / images.slice(0, 1).clamp_min(1);
        const at::Tensor shares = shares_[static_cast<int64_t>(network)];
        {
            const at::NoGradGuard noGradient;
            const at::Tensor found = images.slice(0, 1).gt(0).to(at::kDouble);
            shares.mul_((eta_ * (losses.detach().to(at::kDouble) + margins_) * found).exp());
            shares.div_(shares.sum());
        }
        const auto all = static_cast<double>(costs.size(0));
        // Whoever is of unknown group counts as usual, the others as many as they are.
        const at::Tensor known = images.slice(0, 1).sum() / all;
        return (losses * shares.to(losses.scalar_type())).sum() * known + sums[0] / all;
    }

    at::Tensor state() const override { return shares_; }

    std::vector<std::pair<std::string, double>> report() const override {
        const at::Tensor ofStudent = shares_[0].cpu();
        std::vector<std::pair<std::string, double>> series;
        for (int64_t g = 0; g < std::min<int64_t>(cells_.count(), 20); ++g)
            series.emplace_back("share." + std::to_string(g), ofStudent.const_data_ptr<double>()[g]);
        return series;
    }

private:
    Cells cells_;
    bool everything_;
    double eta_;
    at::Tensor margins_;  ///< float64 [cells]
    at::Tensor shares_;   ///< float64 [networks, cells], each row sums to 1
};

}  // namespace

MitigationEntry groupDroMitigation() {
    const char* source = "Sagawa et al., Distributionally Robust Neural Networks for Group Shifts, ICLR 2020";
    Parameter eta = realParameter("eta", 0.01, 0.0, 10.0, "How fast a part's share in the loss grows with what it costs, a step");
    eta.source = source;
    Parameter adjustment =
        realParameter("adjustment", 0.0, 0.0, 100.0, "C in C / sqrt(n): how much more small parts of n images are guarded");
    adjustment.source = source;
    return {{.name = "group_dro",
             .help = "The worst class or group rules: each part has a share in the loss that grows with what the part costs. "
                     "Shares are kept for each trained network by itself",
             .source = source,
             .parameters = {cellsParameter("class_and_group", "The parts"), eta, adjustment,
                            choiceParameter("terms", "labels", {"labels", "everything"},
                                            "What a part costs: against the labels alone, or with all that teachers teach")},
             .facts = {{"per_image", "terms"}}},
            [](const MitigationPlan& plan) -> std::unique_ptr<Mitigation> { return std::make_unique<GroupDro>(plan); }};
}

}  // namespace gaplab
