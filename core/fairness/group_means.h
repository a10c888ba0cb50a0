#pragma once

#include <optional>
#include <vector>

#include "core/fairness/answers.h"
#include "core/stats/stats.h"

namespace gaplab::fairness {

struct GroupMeanOptions {
    double level = 0.95;
    int64_t leastImages = 10;     ///< a group with fewer, or all others with fewer, is "not enough data"
    double smallestEffect = 0.2;  ///< the smallest difference that matters, in standard deviations (small, after J. Cohen, 1988)
};

/// A number told of each image, over one group.
struct GroupMean {
    Summary summary = {};
    bool enough = false;
    std::optional<Interval> interval = {};  ///< of the mean, Student's t
    double difference = 0;                  ///< mean of the group minus that of all other images of known group
    double effect = 0;                      ///< difference over the pooled standard deviation (Cohen's d)
    double pValue = 1;                      ///< two-sided, Welch's t test
    bool stands = false;  ///< beyond noise after Holm over all groups and numbers, and at least `smallestEffect`
};

/// [number][group] for `values[number][image]`. Where the numbers have nothing to do with the group, at most 1 - level of all
/// calls let any difference stand. Throws Error (Input) where lengths differ.
std::vector<std::vector<GroupMean>> groupMeans(const std::vector<std::vector<double>>& values, const Groups& groups,
                                               const GroupMeanOptions& options = {});

}  // namespace gaplab::fairness
