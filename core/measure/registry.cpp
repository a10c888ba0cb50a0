#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/measure/members.h"

namespace gaplab {

const std::vector<MeasureEntry>& measures() {
    static const std::vector<MeasureEntry> all = {
        accuracyMeasure(),  agreementMeasure(), divergenceMeasure(), distanceMeasure(),  calibrationMeasure(),
        sharpnessMeasure(), overlapMeasure(),   classesMeasure(),    alignmentMeasure(), groupsMeasure()};
    return all;
}

std::vector<const MeasureEntry*> measuresNamed(const std::vector<std::string>& names) {
    for (const std::string& name : names)
        if (std::ranges::none_of(measures(), [&](const MeasureEntry& entry) { return entry.member.name == name; }))
            throw inputError(fmt::format("There is no measure \"{}\"", name));
    std::vector<const MeasureEntry*> chosen;
    for (const MeasureEntry& entry : measures())
        if (std::ranges::find(names, entry.member.name) != names.end()) chosen.push_back(&entry);
    return chosen;
}

at::Tensor probabilities(const at::Tensor& logits, double temperature) {
    return (logits.to(at::kDouble) / temperature).softmax(1);
}

double meanOf(const at::Tensor& values) {
    return values.to(at::kDouble).mean().item<double>();
}

void addMeasures(Catalogue& catalogue) {
    for (const MeasureEntry& entry : measures())
        catalogue.add(Registry::Measure, entry.member);
}

}  // namespace gaplab
