#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/stats/stats.h"

namespace gaplab::fairness {

/// Of `n` images, `count` are so: right, or of a class.
struct Share {
    int64_t count = 0, n = 0;

    /// 0 to 1; nothing where there are no images.
    std::optional<double> value() const;
};

/// E. B. Wilson, J. Amer. Statist. Assoc. 22 (1927), 209-212; nothing where there are no images. Throws std::invalid_argument
/// unless 0 < level < 1.
std::optional<Interval> wilsonInterval(const Share& share, double level);

/// Intervals that hold the truth all at once in at least `level` of all samples: exact ones (C. J. Clopper and E. S. Pearson,
/// Biometrika 26, 1934), each at Bonferroni's level. Every share has at least one image.
std::vector<Interval> simultaneousIntervals(const std::vector<Share>& shares, double level);

/// The mean of the `lowest` lowest values. `lowest` lies between 1 and their number.
double meanOfLowest(std::vector<double> values, size_t lowest);

/// Of the mean of the `lowest` lowest of the true shares. The lowest of noisy shares lies too low, and so does every bootstrap of
/// it. The mean of the lowest grows with every share, so the simultaneous intervals' ends are put in: at least `level`, mostly
/// more.
Interval intervalOfLowest(const std::vector<Share>& shares, size_t lowest, double level);

}  // namespace gaplab::fairness
