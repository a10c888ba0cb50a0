#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/stats/stats.h"

namespace gaplab::fairness {

/// One class (or group) in the regression of y on x: the means of its images, and the noise that so few images leave in them.
struct Unit {
    double x = 0, y = 0;
    double noiseOfX = 0;   ///< unbiased variance of x as a mean of these images
    double noiseOfXY = 0;  ///< unbiased covariance of x and y as means of the same images
};
/// Of at least two images. Throws std::invalid_argument for fewer.
Unit unitOf(const std::vector<double>& x, const std::vector<double>& y);

/// y against x over units, where both are measured with noise, and on the same images.
///
/// The plain least-squares slope is wrong twice: noise in x draws it to 0, and an image that is hard for all networks moves x and
/// y together. Both are moments that the images within the units tell, so they are taken off: slope = (S_xy - mean noise_xy) /
/// (S_xx - mean noise_xx) (W. A. Fuller, Measurement error models, 1987, section 3.1.1; what splitting the images in halves
/// estimates, without the chance of the split). The units are what is resampled for the interval: they bring the noise of their
/// images along, and how differently training ends from class to class, which the images of one network cannot show. Interval and
/// p value belong together: Student's t with the jackknife's standard error of the slope (R. G. Miller, Biometrika 61, 1974),
/// which allows for units of unequal noise. No slope is told where x does not differ between units beyond its noise (chi square
/// test at the same level): it would be noise over noise.
struct Slope {
    int units = 0;
    std::optional<double> value = {};       ///< corrected; nothing where x does not differ beyond its noise, or below 4 units
    std::optional<double> plain = {};       ///< least squares, not corrected
    std::optional<double> r = {};           ///< correlation of x and y as they are
    std::optional<double> pValue = {};      ///< two-sided, of no slope
    std::optional<Interval> interval = {};  ///< over units; nothing where there is no slope
    double reliability = 0;                 ///< share of the variance of x that is no noise, 0 to 1
};
constexpr int leastUnits = 4;
Slope slopeOf(const std::vector<Unit>& units, double level);

/// The corrected slope alone; nothing where x does not differ beyond its noise, or below 4 units.
std::optional<double> correctedSlope(const std::vector<Unit>& units);

}  // namespace gaplab::fairness
