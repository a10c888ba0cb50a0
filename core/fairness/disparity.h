#pragma once

#include <optional>
#include <vector>

#include "core/fairness/tally.h"

namespace gaplab::fairness {

/// The classes and groups with images enough to be judged. Taken from the images as they are, once, so that every resample is
/// judged on the same ones.
struct Scope {
    std::vector<int> classes = {};                     ///< with at least so many labelled images
    std::vector<int> groups = {};                      ///< with at least so many images
    std::vector<std::vector<int>> groupsOfClass = {};  ///< a class: the groups with enough images both of it and of other classes
    std::vector<int> majority = {};  ///< a class: the group with most of its training images; -1: none, or too few images
};

/// `trainingCounts[class][group]`: images (or shares) in training; empty: not known, and no class has a majority. Throws Error
/// (Input) for another size.
Scope scopeOf(const Tally& tally, int64_t leastImages, const std::vector<std::vector<double>>& trainingCounts = {});

/// Demographic parity difference: max_a P(yhat = c | a) - min_a P(yhat = c | a), the mean over the classes c. 0 to 1; nothing
/// below two groups. (A. Agarwal et al., A reductions approach to fair classification, ICML 2018; one-vs-rest for many classes.)
std::optional<double> demographicParityDifference(const Tally& tally, const Scope& scope);

/// Equalized odds difference: the larger of the gaps in true and in false positive rate between groups, class against rest, the
/// mean over the classes for which at least two groups have images enough. 0 to 1. (M. Hardt, E. Price, N. Srebro, NeurIPS 2016.)
std::optional<double> equalizedOddsDifference(const Tally& tally, const Scope& scope);

/// Bias amplification: how much larger the share of a class's majority group (in training) is among the images taken for the
/// class than among those labelled so, the mean over the classes. -1 to 1. (J. Zhao et al., Men also like shopping, EMNLP 2017.)
std::optional<double> biasAmplification(const Tally& tally, const Scope& scope);

}  // namespace gaplab::fairness
