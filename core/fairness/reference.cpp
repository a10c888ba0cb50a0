#include "core/fairness/reference.h"

#include <cmath>
#include <numbers>

namespace gaplab::fairness {
namespace {

/// Percent by which errors of one kind became more frequent among `n` images.
double change(int64_t errors, int64_t errorsOfReference, int64_t n) {
    const double before =
        errorsOfReference > 0 ? static_cast<double>(errorsOfReference) : 0.5;  // half an image: 1 / (2n) of them
    return n == 0 ? 0 : 100 * static_cast<double>(errors - errorsOfReference) / before;
}

}  // namespace

std::vector<ErrorChange> errorChanges(const Tally& network, const Tally& reference, const Scope& scope) {
    std::vector<ErrorChange> changes;
    if (network.classes() < 2) return changes;
    const int64_t images = network.labelled.total();
    for (const int c : scope.classes) {
        const int64_t labelled = network.labelled.ofRow(c), right = network.right.ofRow(c),
                      rightBefore = reference.right.ofRow(c);
        changes.push_back(
            {c, change(network.predicted.ofRow(c) - right, reference.predicted.ofRow(c) - rightBefore, images - labelled),
             change(labelled - right, labelled - rightBefore, labelled)});
    }
    return changes;
}

std::optional<ErrorSpread> errorSpread(const std::vector<ErrorChange>& changes) {
    if (changes.empty()) return std::nullopt;
    const auto n = static_cast<double>(changes.size());
    double meanPositives = 0, meanNegatives = 0;
    for (const ErrorChange& each : changes) {
        meanPositives += each.falsePositives / n;
        meanNegatives += each.falseNegatives / n;
    }
    ErrorSpread spread;
    for (const ErrorChange& each : changes) {
        spread.cev +=
            (std::pow(each.falsePositives - meanPositives, 2) + std::pow(each.falseNegatives - meanNegatives, 2)) / (2 * n);
        spread.sde += std::abs(each.falsePositives - each.falseNegatives) / std::numbers::sqrt2 / n;
    }
    return spread;
}

}  // namespace gaplab::fairness
