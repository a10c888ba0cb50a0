#include <cmath>

#include "core/mitigation/cells.h"
#include "core/mitigation/members.h"

namespace gaplab {
namespace {

/// (1 - b) / (1 - b^n), mean 1 over the images: what an image adds to those of its part.
at::Tensor effectiveNumber(const Cells& cells, double beta) {
    at::Tensor factors = at::zeros({cells.count()}, at::kDouble);
    double sum = 0, images = 0;
    for (size_t i = 0; i < cells.images.size(); ++i) {
        if (cells.images[i] == 0) continue;
        const auto n = static_cast<double>(cells.images[i]);
        const double factor = (1 - beta) / -std::expm1(n * std::log(beta));
        factors.mutable_data_ptr<double>()[i] = factor;
        sum += n * factor;
        images += n;
    }
    return sum > 0 ? factors * (images / sum) : factors;
}

class Reweight final : public Mitigation {
public:
    explicit Reweight(const MitigationPlan& plan)
        : cells_(cellsOf(plan.parameters.at("of"), plan.images)), everything_(plan.parameters.at("terms") == "everything") {
        const at::Tensor factors = plan.parameters.at("formula") == "inverse"
                                       ? inversePower(cells_, 1)
                                       : effectiveNumber(cells_, plan.parameters.at("beta"));
        // in front stands that of images whose group is not known
        factors_ = at::cat({at::ones({1}, at::kDouble), factors}).to(at::kFloat).to(plan.device);
    }

    at::Tensor imageWeights(const TermSite& site, const Batch& batch) const override {
        if (site.from != "labels" && !everything_) return {};
        return factors_.index_select(0, cells_.of(batch.labels, batch.groups) + 1);
    }

private:
    Cells cells_;
    bool everything_;
    at::Tensor factors_;
};

}  // namespace

MitigationEntry reweightMitigation() {
    Parameter beta = realParameter("beta", 0.9999, 0.5, 0.9999999, "Of the formula effective_number");
    beta.source = "Cui et al., Class-Balanced Loss Based on Effective Number of Samples, CVPR 2019";
    return {{.name = "reweight",
             .help = "Images of rare classes or groups count more in the loss; the weights have mean 1",
             .source = beta.source,
             .parameters = {cellsParameter("class_and_group", "What is balanced"),
                            choiceParameter("formula", "inverse", {"inverse", "effective_number"},
                                            "Weight of an image among n of its part: 1 / n, or (1 - beta) / (1 - beta^n)"),
                            beta,
                            choiceParameter("terms", "labels", {"labels", "everything"},
                                            "Whether what teachers teach is weighted too")},
             .facts = {{"per_image", "terms"}}},
            [](const MitigationPlan& plan) -> std::unique_ptr<Mitigation> { return std::make_unique<Reweight>(plan); }};
}

}  // namespace gaplab
