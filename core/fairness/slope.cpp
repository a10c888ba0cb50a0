#include "core/fairness/slope.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <boost/math/distributions/chi_squared.hpp>

#include "core/stats/student_t.h"

namespace gaplab::fairness {
namespace {

constexpr double nothing = 1e-20;  // of a variance of shares: nothing but rounding

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

/// Standard error of the corrected slope: of the mean of the jackknife's pseudo-values of covariance - slope * variance.
double errorOf(double slope, const std::vector<Unit>& units, const Sums& all) {
    const auto residual = [slope](const Sums& sums) { return sums.trueCovariance() - slope * sums.trueVariance(); };
    std::vector<double> pseudo;
    for (const Unit& unit : units) {
        Sums others = all;
        others.add(unit, -1);
        pseudo.push_back(all.n * residual(all) - (all.n - 1) * residual(others));
    }
    return summarise(pseudo).sd / std::sqrt(all.n) / all.trueVariance();
}

/// Whether x differs from unit to unit beyond its noise: the variance over units against that of the noise (chi square).
bool differs(const Sums& sums, double level) {
    if (!(sums.trueVariance() > nothing)) return false;
    const double noise = sums.noiseOfX / sums.n;
    if (noise < nothing) return true;
    const boost::math::chi_squared chance(sums.n - 1);
    return boost::math::cdf(boost::math::complement(chance, (sums.n - 1) * sums.varianceOfX() / noise)) < 1 - level;
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
    if (!(sums.trueVariance() > nothing)) return std::nullopt;
    return sums.trueCovariance() / sums.trueVariance();
}

Slope slopeOf(const std::vector<Unit>& given, double level) {
    Slope slope{.units = static_cast<int>(given.size())};
    if (slope.units < leastUnits) return slope;
    const std::vector<Unit> units = centred(given);
    const Sums sums = sumsOf(units);
    if (sums.varianceOfX() < nothing) return slope;
    slope.plain = sums.covariance() / sums.varianceOfX();
    if (sums.varianceOfY() >= nothing) slope.r = sums.covariance() / std::sqrt(sums.varianceOfX() * sums.varianceOfY());
    slope.reliability = std::max(0.0, sums.trueVariance() / sums.varianceOfX());
    if (!differs(sums, level)) return slope;
    const double value = sums.trueCovariance() / sums.trueVariance(), error = errorOf(value, units, sums), freedom = sums.n - 2;
    const bool exact = error < 1e-12;  // nothing but rounding
    slope.value = value;
    slope.pValue = studentPValue(exact && std::abs(value) < 1e-12 ? 0 : value, exact ? 0 : error, freedom);
    slope.interval = studentInterval(value, error, freedom, level);
    return slope;
}

}  // namespace gaplab::fairness
