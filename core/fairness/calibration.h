#pragma once

#include <optional>
#include <vector>

#include "core/fairness/answers.h"

namespace gaplab::fairness {

/// Expected calibration error of each class: over the images that the network takes for the class, the mean distance of its
/// confidence from the share it is right on, in 15 bins of equal width (M. P. Naeini et al., AAAI 2015; class by class: J. Nixon
/// et al., 2019). 0 to 1; nothing for a class that fewer than `leastImages` are taken for. Empty without confidences.
std::vector<std::optional<double>> calibrationErrors(const Answers& answers, int classes, int64_t leastImages);

/// Over all images; nothing without confidences.
std::optional<double> calibrationError(const Answers& answers);

}  // namespace gaplab::fairness
