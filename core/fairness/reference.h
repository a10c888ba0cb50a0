#pragma once

#include <optional>
#include <vector>

#include "core/fairness/disparity.h"

namespace gaplab::fairness {

/// How a class's errors changed against a reference network, in percent of the reference's rates:
/// 100 ((FPR_s - FPR_t) / FPR_t, (FNR_s - FNR_t) / FNR_t).
struct ErrorChange {
    int klass = 0;
    double falsePositives = 0, falseNegatives = 0;
};
/// Of the classes in scope. Where the reference makes no error of a kind, 1 / (2n) is added to both rates (n: the images that
/// could have been such an error), which leaves their difference. Empty where there is nothing but one class.
std::vector<ErrorChange> errorChanges(const Tally& network, const Tally& reference, const Scope& scope);

/// C. Blakeney et al., Simon says: evaluating and mitigating bias in pruned neural networks with knowledge distillation, 2021.
struct ErrorSpread {
    double cev = 0;  ///< combined error variance: mean over classes and both coordinates of (x - mean)^2, percent squared
    double sde = 0;  ///< symmetric distance error: mean of |x_1 - x_2| / sqrt 2, percent
};
std::optional<ErrorSpread> errorSpread(const std::vector<ErrorChange>& changes);

}  // namespace gaplab::fairness
