#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/knowledge/members.h"
#include "core/knowledge/standardised.h"

namespace gaplab {
namespace {

const std::vector<LossEntry>& losses() {
    static const std::vector<LossEntry> all = {
        // the labels, and logits
        ceLoss(),
        kdLoss(),
        dkdLoss(),
        nkdLoss(),
        distLoss(),
        ctkdLoss(),
        mlkdLoss(),
        atsLoss(),
        dtkdLoss(),
        smoothedCeLoss(),
        mseLoss(),
        // features
        fitnetLoss(),
        atLoss(),
        ofdLoss(),
        reviewKdLoss(),
        vidLoss(),
        ofaLoss(),
        mfdLoss(),
        cotuningLoss(),
        // relations
        spLoss(),
        rkdLoss(),
        pktLoss(),
        crdLoss(),
        // a discriminator
        adversarialLoss(),
    };
    return all;
}

const LossEntry& findLoss(const std::string& name) {
    const auto found = std::ranges::find(losses(), name, [](const LossEntry& entry) { return entry.member.name; });
    if (found == losses().end()) throw inputError(fmt::format("There is no loss \"{}\"", name));
    return *found;
}

const char* nameOf(LossKind kind) {
    static constexpr const char* names[] = {"labels", "logits", "features", "relations", "adversarial"};
    return names[static_cast<size_t>(kind)];
}

/// Whether it tells what each image costs.
bool isPerImage(const LossEntry& entry) {
    if (entry.needsFeatures) return false;
    LossPlan plan{.classes = 10};
    for (const Parameter& parameter : entry.member.parameters)
        plan.parameters[parameter.name] = parameter.defaultValue;
    return dynamic_cast<const PerSampleLoss*>(entry.make(plan).get()) != nullptr;
}

}  // namespace

Parameter temperatureParameter(std::string source) {
    Parameter temperature = aboveMinimum(
        realParameter("temperature", 4.0, 0.0, 100.0, "Softens both distributions; the loss is multiplied by its square"));
    temperature.source = std::move(source);
    return temperature;
}

std::unique_ptr<Loss> makeLoss(const std::string& name, const LossPlan& plan) {
    std::unique_ptr<Loss> loss = findLoss(name).make(plan);
    return plan.parameters.value("standardise", false) ? standardised(std::move(loss)) : std::move(loss);
}

bool lossNeedsFeatures(const std::string& name) {
    return findLoss(name).needsFeatures;
}

void addLosses(Catalogue& catalogue) {
    for (const LossEntry& entry : losses()) {
        Member member = entry.member;
        if (entry.kind == LossKind::Logits) member.parameters.push_back(standardiseParameter());
        member.facts["knowledge"] = nameOf(entry.kind);
        if (isPerImage(entry)) member.facts["per_image"] = true;
        if (entry.needsFeatures) member.facts["features"] = true;
        if (entry.choosesStages) member.facts["stages"] = true;
        catalogue.add(Registry::Loss, member);
    }
}

}  // namespace gaplab
