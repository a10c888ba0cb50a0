#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/experiment/experiment.h"

namespace gaplab {

/// One measured gap. Series store fractions; here and in documents gaps are percentage points.
struct GapPoint {
    double epoch = 0.0;
    double gap = 0.0;  ///< percentage points
};

/// The series of measured gaps that a target is about, e.g. "gap/validation/accuracy".
std::string gapSeriesOf(const GapTarget& target);

/// The wanted gap at an epoch, percentage points.
double targetAt(const GapTarget& target, double epoch);

/// Within the band around the target at that epoch, its edges included. A gap that is not a number is outside.
bool inBand(const GapTarget& target, const GapPoint& point);

/// Share (0 to 1) of the evaluations that are in the band; nothing where there are none.
std::optional<double> shareInBand(const GapTarget& target, const std::vector<GapPoint>& points);

/// Half-width, in percentage points, of the 95 % interval that sampling alone gives a gap measured on `images` images:
/// 1.96 sqrt((d - g^2) / n), with d the share of images that only one of the two networks gets right (paired proportions, normal
/// approximation). Throws Error (Input) unless images > 0 and 0 <= disagreement <= 1.
double samplingNoise(double gapPoints, double disagreement, int64_t images);

/// How many images a gap is measured on, and which share of them only one of the two networks gets right.
struct GapSample {
    int64_t images = 0;
    bool training = false;       ///< images of training batches, else of validation
    double disagreement = 0.25;  ///< usual for a small student and its teacher on small images
    bool assumed = true;         ///< the disagreement is that usual one, not a measured one
};

/// What to tell a person whose band is thinner than the noise of its measurement; nothing where it is not.
std::optional<std::string> thinBandWarning(const GapTarget& target, const GapSample& sample);

}  // namespace gaplab
