#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/stats/stats.h"

namespace gaplab {

/// A point of a curve that is drawn over any x.
struct CurvePoint {
    double x = 0, y = 0;
    bool operator==(const CurvePoint&) const = default;
};
using CurvePoints = std::vector<CurvePoint>;  ///< ascending by x

/// What several curves say at one x.
struct CurveSummary {
    double x = 0;
    int64_t n = 0;  ///< curves that reach over this x
    double mean = 0;
    double sd = 0;               ///< sample standard deviation (n - 1); NaN below two curves
    double least = 0, most = 0;  ///< of the curves
};

/// At every x that one of the curves has, between its points on the straight line. A curve says nothing outside its first and
/// last point. A value that is not a number makes mean, sd, least and most one that is not either: a mean of those that are left
/// would hide the run that broke.
std::vector<CurveSummary> summariseCurves(std::span<const CurvePoints> curves);

/// Student's t interval of the mean at each x, at `level`; NaN to NaN below two curves.
std::vector<Interval> meanIntervals(std::span<const CurveSummary> summaries, double level);

/// `curve` minus `other` at the x of `curve`, where `other` reaches over it.
CurvePoints differenceTo(const CurvePoints& curve, const CurvePoints& other);

}  // namespace gaplab
