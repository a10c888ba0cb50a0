#include "core/fairness/slope.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/stats/student_t.h"

namespace gaplab::fairness {
namespace {

constexpr double rounding = 1e-20;  // of a variance of shares: nothing but rounding

/// Sums over units, from which one can be taken off again.
struct Sums {
    double n = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0, noiseOfX = 0, noiseOfXY = 0;

    void add(const Unit& unit, double times) {
        n += times;
        x += times * unit.x;
        y += times * unit.y;
        xx += times * unit.x * unit.x;
        xy += times * unit.x * unit.y;
        yy += times * unit.y * unit.y;
        noiseOfX += times * unit.noiseOfX;
        noiseOfXY += times * unit.noiseOfXY;
    }
    double varianceOfX() const { return std::max(0.0, (xx - x * x / n) / (n - 1)); }
    double varianceOfY() const { return std::max(0.0, (yy - y * y / n) / (n - 1)); }
    double covariance() const { return (xy - x * y / n) / (n - 1); }
    double trueVariance() const { return varianceOfX() - noiseOfX / n; }
    double trueCovariance() const { return covariance() - noiseOfXY / n; }
};

/// The units with their means taken off: no cancellation in the sums.
std::vector<Unit> centred(std::vector<Unit> units) {
    double x = 0, y = 0;
    for (const Unit& unit : units) {
        x += unit.x / static_cast<double>(units.size());
        y += unit.y / static_cast<double>(units.size());
    }
    for (Unit& unit : units) {
        unit.x -= x;
        unit.y -= y;
    }
    return units;
}

Sums sumsOf(const std::vector<Unit>& units) {
    Sums sums;
    for (const Unit& unit : units)
        sums.add(unit, 1);
    return sums;
}

/// Mean, and (co)variance of the mean, of the pseudo-values of covariance and variance.
struct Jackknife {
    double covariance = 0, variance = 0;
    double errorOfCovariance = 0, errorOfVariance = 0, errorOfBoth = 0;
};

Jackknife jackknife(const std::vector<Unit>& units, const Sums& all) {
    const double n = all.n;
    std::vector<std::pair<double, double>> pseudo;
    Jackknife result;
    for (const Unit& unit : units) {
        Sums others = all;
        others.add(unit, -1);
        pseudo.emplace_back(n * all.trueCovariance() - (n - 1) * others.trueCovariance(),
                            n * all.trueVariance() - (n - 1) * others.trueVariance());
        result.covariance += pseudo.back().first / n;
        result.variance += pseudo.back().second / n;
    }
    for (const auto& [covariance, variance] : pseudo) {
        const double a = covariance - result.covariance, b = variance - result.variance, share = 1 / (n * (n - 1));
        result.errorOfCovariance += a * a * share;
        result.errorOfVariance += b * b * share;
        result.errorOfBoth += a * b * share;
    }
    return result;
}

/// The slopes b with (covariance - b variance)^2 <= t^2 error(covariance - b variance): between the roots of a parabola, where it
/// opens upwards.
std::optional<Interval> fieller(const Jackknife& moments, double t) {
    const double a = moments.variance * moments.variance - t * t * moments.errorOfVariance;
    const double b = moments.covariance * moments.variance - t * t * moments.errorOfBoth;
    const double c = moments.covariance * moments.covariance - t * t * moments.errorOfCovariance;
    if (!(a > 0) || !(moments.variance > 0)) return std::nullopt;
    const double root = std::sqrt(std::max(0.0, b * b - a * c));
    return Interval{(b - root) / a, (b + root) / a};
}

}  // namespace

Unit unitOf(const std::vector<double>& x, const std::vector<double>& y) {
    if (x.size() < 2 || x.size() != y.size()) throw std::invalid_argument("a unit has at least two images");
    const auto n = static_cast<double>(x.size());
    Unit unit{.x = summarise(x).mean, .y = summarise(y).mean};
    for (size_t i = 0; i < x.size(); ++i) {
        unit.noiseOfX += (x[i] - unit.x) * (x[i] - unit.x) / (n * (n - 1));
        unit.noiseOfXY += (x[i] - unit.x) * (y[i] - unit.y) / (n * (n - 1));
    }
    return unit;
}

std::optional<double> correctedSlope(const std::vector<Unit>& units) {
    if (static_cast<int>(units.size()) < leastUnits) return std::nullopt;
    const Sums sums = sumsOf(units);
    if (!(sums.trueVariance() > rounding)) return std::nullopt;
    return sums.trueCovariance() / sums.trueVariance();
}

Slope slopeOf(const std::vector<Unit>& given, double level) {
    Slope slope{.units = static_cast<int>(given.size())};
    if (slope.units < leastUnits) return slope;
    const std::vector<Unit> units = centred(given);
    const Sums sums = sumsOf(units);
    if (sums.varianceOfX() < rounding) return slope;
    slope.plain = sums.covariance() / sums.varianceOfX();
    if (sums.varianceOfY() >= rounding) slope.r = sums.covariance() / std::sqrt(sums.varianceOfX() * sums.varianceOfY());
    slope.reliability = std::max(0.0, sums.trueVariance() / sums.varianceOfX());
    const Jackknife moments = jackknife(units, sums);
    const double freedom = sums.n - 2;
    const double error = std::sqrt(moments.errorOfCovariance);
    slope.pValue = error < rounding ? studentPValue(std::abs(moments.covariance) < rounding ? 0 : 1, 0, freedom)
                                    : studentPValue(moments.covariance, error, freedom);
    slope.value = correctedSlope(units);
    if (slope.value) slope.interval = fieller(moments, studentInterval(0, 1, freedom, level).high);
    return slope;
}

}  // namespace gaplab::fairness
