#pragma once

#include <optional>
#include <vector>

#include "core/fairness/reference.h"
#include "core/fairness/resampling.h"

namespace gaplab::fairness {

struct ImpactOptions {
    int64_t leastImages = 10;                              ///< a class or group with fewer is "not enough data"
    double level = 0.95;                                   ///< of every interval
    int draws = 2000;                                      ///< resamples
    uint64_t seed = 0;                                     ///< same seed, same intervals
    std::vector<std::vector<double>> trainingCounts = {};  ///< [class][group], for bias amplification; empty: not known
};

/// The share of a class's (its recall) or a group's images that the network gets right.
struct PartImpact {
    Share right = {};
    bool enough = false;                     ///< images enough to be judged
    std::optional<Interval> interval = {};   ///< Wilson's
    std::optional<double> calibration = {};  ///< expected calibration error of the class; of a group: nothing
};

/// The worst of several parts.
struct Worst {
    Estimate accuracy = {};
    int part = -1;  ///< which class or group it is here
};

/// What a network does to classes and groups. All shares 0 to 1.
struct Impact {
    PartImpact all = {};
    std::vector<PartImpact> classes = {}, groups = {};
    Tally tally{0, 0};  ///< class x group: images, answers, right answers
    Scope scope = {};   ///< what the figures below are of
    Worst worstClass = {}, worstGroup = {};
    Estimate worstClasses = {};      ///< mean of the worst 5 % of classes (at least one)
    Estimate balancedAccuracy = {};  ///< mean of the recalls
    Estimate classSpread = {};       ///< sample standard deviation (n - 1) of the recalls
    Estimate demographicParity = {}, equalizedOdds = {}, amplification = {};
    std::vector<ErrorChange> errorChanges = {};  ///< against the reference
    Estimate cev = {}, sde = {};                 ///< against the reference; percent squared and percent
};

/// `reference` (the teacher, or any network that answers to the same images) may be null: then there are no error changes.
/// Accuracies have Wilson intervals, the worst ones simultaneous exact intervals, all others biasCorrected over images.
/// Throws Error (Input) where answers, groups or options do not hold together.
Impact impactOf(const Answers& network, const Answers* reference, int classes, const Groups& groups,
                const ImpactOptions& options = {});

/// A metric over several seeds: mean and Student's t interval (no interval below two seeds). Seeds without a value are left out.
Estimate overSeeds(const std::vector<Estimate>& seeds, double level);

}  // namespace gaplab::fairness
