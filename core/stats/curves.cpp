#include "core/stats/curves.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "core/stats/student_t.h"

namespace gaplab {
namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

/// Reads a curve at x that only grow.
class Reading {
public:
    explicit Reading(const CurvePoints& points) : points_(points) {}

    /// Nothing outside the curve.
    std::optional<double> at(double x) {
        while (next_ < points_.size() && points_[next_].x < x)
            ++next_;
        if (next_ == points_.size()) return std::nullopt;
        const CurvePoint& right = points_[next_];
        if (right.x == x) return right.y;
        if (next_ == 0) return std::nullopt;
        const CurvePoint& left = points_[next_ - 1];
        return left.y + (right.y - left.y) * (x - left.x) / (right.x - left.x);
    }

private:
    const CurvePoints& points_;
    size_t next_ = 0;
};

/// Welford's sums, so that a small spread around a large mean keeps its digits.
struct Tally {
    int64_t n = 0;
    double mean = 0, squares = 0, least = std::numeric_limits<double>::infinity(), most = -least;

    void add(double value) {
        ++n;
        const double before = value - mean;
        mean += before / static_cast<double>(n);
        squares += before * (value - mean);
        least = value < least || std::isnan(value) ? value : least;
        most = value > most || std::isnan(value) ? value : most;
    }
    CurveSummary at(double x) const {
        if (!std::isfinite(mean)) return {x, n, mean, notANumber, notANumber, notANumber};
        return {x, n, mean, n < 2 ? notANumber : std::sqrt(squares / static_cast<double>(n - 1)), least, most};
    }
};

bool haveSameX(std::span<const CurvePoints> curves) {
    return std::ranges::all_of(curves, [&](const CurvePoints& curve) {
        return std::ranges::equal(curve, curves.front(), {}, &CurvePoint::x, &CurvePoint::x);
    });
}

/// Of curves with the same x, as those of repeats over seeds mostly are.
std::vector<CurveSummary> summariseAligned(std::span<const CurvePoints> curves) {
    std::vector<CurveSummary> summaries(curves.front().size());
    for (size_t i = 0; i < summaries.size(); ++i) {
        Tally tally;
        for (const CurvePoints& curve : curves)
            tally.add(curve[i].y);
        summaries[i] = tally.at(curves.front()[i].x);
    }
    return summaries;
}

std::vector<double> unitedX(std::span<const CurvePoints> curves) {
    std::vector<double> all;
    for (const CurvePoints& curve : curves)
        for (const CurvePoint& point : curve)
            all.push_back(point.x);
    std::ranges::sort(all);
    const auto rest = std::ranges::unique(all);
    all.erase(rest.begin(), rest.end());
    return all;
}

}  // namespace

std::vector<CurveSummary> summariseCurves(std::span<const CurvePoints> curves) {
    if (curves.empty()) return {};
    if (haveSameX(curves)) return summariseAligned(curves);
    std::vector<Reading> readings(curves.begin(), curves.end());
    std::vector<CurveSummary> summaries;
    for (const double x : unitedX(curves)) {
        Tally tally;
        for (Reading& reading : readings)
            if (const auto value = reading.at(x)) tally.add(*value);
        summaries.push_back(tally.at(x));
    }
    return summaries;
}

std::vector<Interval> meanIntervals(std::span<const CurveSummary> summaries, double level) {
    std::map<int64_t, double> halves;  // of a mean with standard error 1, by count: quantiles are dear, and counts are few
    std::vector<Interval> intervals;
    intervals.reserve(summaries.size());
    for (const CurveSummary& summary : summaries) {
        if (summary.n < 2 || !std::isfinite(summary.sd)) {
            intervals.push_back({notANumber, notANumber});
            continue;
        }
        auto half = halves.find(summary.n);
        if (half == halves.end())
            half = halves.emplace(summary.n, studentInterval(0, 1, static_cast<double>(summary.n - 1), level).high).first;
        const double reach = half->second * summary.sd / std::sqrt(static_cast<double>(summary.n));
        intervals.push_back({summary.mean - reach, summary.mean + reach});
    }
    return intervals;
}

CurvePoints differenceTo(const CurvePoints& curve, const CurvePoints& other) {
    Reading reading(other);
    CurvePoints difference;
    for (const CurvePoint& point : curve)
        if (const auto value = reading.at(point.x)) difference.push_back({point.x, point.y - *value});
    return difference;
}

}  // namespace gaplab
