#include <cmath>
#include <stdexcept>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>

#include "core/stats/stats.h"

namespace gaplab {

PairedAnswers mcnemar(int64_t onlyFirst, int64_t onlySecond, int64_t n, double level) {
    if (onlyFirst < 0 || onlySecond < 0 || n < onlyFirst + onlySecond || n < 1)
        throw std::invalid_argument("counts of answers must add up");
    if (!(level > 0 && level < 1)) throw std::invalid_argument("a confidence level lies between 0 and 1");
    PairedAnswers result{.onlyFirst = onlyFirst, .onlySecond = onlySecond, .n = n};
    result.difference = static_cast<double>(onlySecond - onlyFirst) / static_cast<double>(n);
    const int64_t either = onlyFirst + onlySecond;
    if (either > 0) {
        const boost::math::binomial_distribution<double> fair(static_cast<double>(either), 0.5);
        result.pValue = std::min(1.0, 2 * boost::math::cdf(fair, static_cast<double>(std::min(onlyFirst, onlySecond))));
    }
    // Agresti and Min (2005): half an answer more in each of the four cells keeps the coverage near its level.
    const double b = static_cast<double>(onlyFirst) + 0.5, c = static_cast<double>(onlySecond) + 0.5,
                 total = static_cast<double>(n) + 2, shift = (c - b) / total;
    const double error = std::sqrt((b + c) / total - shift * shift) / std::sqrt(total);
    const double half = error * boost::math::quantile(boost::math::complement(boost::math::normal(), (1 - level) / 2));
    result.interval = {shift - half, shift + half};
    return result;
}

}  // namespace gaplab
