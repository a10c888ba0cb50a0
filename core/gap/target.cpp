#include "core/gap/target.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace gaplab {
namespace {

constexpr double rounding = 1e-9;  // points; a gap on the edge, computed from fractions, is in the band

/// The wanted gap that is nearest to zero: there the sampling noise is largest.
double smallestTarget(const Curve& curve) {
    if (curve.points.empty()) return 0.0;
    const auto [low, high] = std::ranges::minmax_element(curve.points, {}, &std::pair<double, double>::second);
    if (low->second <= 0.0 && high->second >= 0.0) return 0.0;
    return std::min(std::abs(low->second), std::abs(high->second));
}

}  // namespace

std::string gapSeriesOf(const GapTarget& target) {
    return "gap/validation/" + target.measure;
}

double targetAt(const GapTarget& target, double epoch) {
    return target.target.at(epoch);
}

bool inBand(const GapTarget& target, const GapPoint& point) {
    return std::abs(point.gap - targetAt(target, point.epoch)) <= target.band + rounding;
}

std::optional<double> shareInBand(const GapTarget& target, const std::vector<GapPoint>& points) {
    if (points.empty()) return {};
    const auto inside = std::ranges::count_if(points, [&](const GapPoint& point) { return inBand(target, point); });
    return static_cast<double>(inside) / static_cast<double>(points.size());
}

double samplingNoise(double gapPoints, double disagreement, int64_t images) {
    if (images <= 0)
        throw inputError("The noise of a gap cannot be told without images", "Give the number of validation images.");
    if (!(disagreement >= 0.0 && disagreement <= 1.0))
        throw inputError(fmt::format("{} is not a share of images", disagreement), "Give a disagreement from 0 to 1.");
    const double gap = gapPoints / 100.0;
    return 100.0 * 1.96 * std::sqrt(std::max(0.0, disagreement - gap * gap) / static_cast<double>(images));
}

std::optional<std::string> thinBandWarning(const GapTarget& target, const GapSample& sample) {
    const double noise = samplingNoise(smallestTarget(target.target), sample.disagreement, sample.images);
    if (target.band >= noise) return {};
    return fmt::format(
        "The band of ±{:.2g} points is thinner than the noise of its measurement: with {} {} images a gap is only known to "
        "±{:.1f} "
        "points ({:.0f} % of the images right for only one of the two, {}). {}",
        target.band, sample.images, sample.training ? "training" : "validation", noise, 100 * sample.disagreement,
        sample.assumed ? "which is assumed" : "as measured in an earlier run",
        sample.training ? "Widen the band or average over a longer beat." : "Widen the band or hold out more images.");
}

}  // namespace gaplab
