#include "core/train/steps/cost.h"

#include <algorithm>

namespace gaplab {
namespace {

void addTo(at::Tensor& sum, const at::Tensor& value) {
    sum = sum.defined() ? sum + value : value;
}

/// The outputs with all that mitigations add to their logits.
Outputs shifted(const Outputs& outputs, const Mitigations& mitigations, at::Tensor (Mitigation::*shift)(const TermSite&) const,
                const TermSite& site) {
    Outputs changed = outputs;
    for (const auto& mitigation : mitigations)
        if (const at::Tensor added = ((*mitigation).*shift)(site); added.defined()) changed.logits = changed.logits + added;
    return changed;
}

}  // namespace

at::Tensor Cost::add(const Term& term, const Outputs* from, const Outputs& to, double weight) {
    if (mitigations_.empty()) {
        const at::Tensor value = (*term.loss)(from, to, batch_);
        addTo(sum_, value * weight);
        return value.detach();
    }
    const TermSite site{term.from ? term.from->name : "labels", !term.from || !term.from->trained, network_};
    const Outputs own = shifted(to, mitigations_, &Mitigation::shiftOfLearner, site);
    const Outputs source = from ? shifted(*from, mitigations_, &Mitigation::shiftOfSource, site) : Outputs{};
    const at::Tensor costs = perImage(term, site, from ? &source : nullptr, own);
    if (!costs.defined()) {
        const at::Tensor value = (*term.loss)(from ? &source : nullptr, own, batch_);
        addTo(sum_, value * weight);
        return value.detach();
    }
    const auto combining = std::ranges::find_if(mitigations_, [&](const auto& mitigation) { return mitigation->combines(site); });
    if (combining == mitigations_.end()) {
        addTo(sum_, costs.mean() * weight);
    } else {
        combined_.resize(mitigations_.size());
        addTo(combined_[static_cast<size_t>(combining - mitigations_.begin())], costs * weight);
    }
    return costs.detach().mean();
}

/// What each image costs, as mitigations weigh it; undefined where the loss does not tell that.
at::Tensor Cost::perImage(const Term& term, const TermSite& site, const Outputs* from, const Outputs& to) const {
    const auto* loss = dynamic_cast<const PerSampleLoss*>(term.loss.get());
    if (!loss) return {};
    at::Tensor costs = loss->perSample(from, to, batch_);
    for (const auto& mitigation : mitigations_)
        if (const at::Tensor weights = mitigation->imageWeights(site, batch_); weights.defined()) costs = costs * weights;
    return costs;
}

at::Tensor Cost::total() const {
    at::Tensor sum = sum_;
    for (size_t i = 0; i < combined_.size(); ++i)
        if (combined_[i].defined()) addTo(sum, mitigations_[i]->combine(network_, combined_[i], batch_));
    return sum;
}

}  // namespace gaplab
