#include "core/gap/dynamics.h"

#include <cmath>

namespace gaplab {
namespace {

/// Nothing for points of one epoch.
std::optional<double> leastSquaresSlope(const std::vector<GapPoint>& points, size_t begin) {
    const auto count = static_cast<double>(points.size() - begin);
    double epochs = 0, gaps = 0;
    for (size_t i = begin; i < points.size(); ++i) {
        epochs += points[i].epoch / count;
        gaps += points[i].gap / count;
    }
    double products = 0, squares = 0;
    for (size_t i = begin; i < points.size(); ++i) {
        products += (points[i].epoch - epochs) * (points[i].gap - gaps);
        squares += (points[i].epoch - epochs) * (points[i].epoch - epochs);
    }
    return squares > 0 ? std::optional(products / squares) : std::nullopt;
}

}  // namespace

GapDynamics gapDynamics(const std::vector<GapPoint>& measured, const GapTarget* target) {
    std::vector<GapPoint> points;
    for (const GapPoint& point : measured)
        if (std::isfinite(point.gap)) points.push_back(point);
    GapDynamics dynamics;
    if (target && !points.empty()) dynamics.outside = 0;
    for (size_t i = 1; i < points.size(); ++i) {
        const double time = points[i].epoch - points[i - 1].epoch;
        dynamics.area += time * (points[i].gap + points[i - 1].gap) / 2;
        if (target && !inBand(*target, points[i])) *dynamics.outside += time;
    }
    const size_t later = points.size() / 2;
    if (points.size() - later >= 3) dynamics.slope = leastSquaresSlope(points, later);
    return dynamics;
}

}  // namespace gaplab
