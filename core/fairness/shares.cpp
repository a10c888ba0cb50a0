#include "core/fairness/shares.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>

namespace gaplab::fairness {

std::optional<double> Share::value() const {
    if (n == 0) return std::nullopt;
    return static_cast<double>(count) / static_cast<double>(n);
}

std::optional<Interval> wilsonInterval(const Share& share, double level) {
    if (!(level > 0 && level < 1)) throw std::invalid_argument("a confidence level lies between 0 and 1");
    if (share.n == 0) return std::nullopt;
    const double z = boost::math::quantile(boost::math::complement(boost::math::normal(), (1 - level) / 2));
    const auto n = static_cast<double>(share.n);
    const double p = *share.value(), scale = 1 + z * z / n, middle = (p + z * z / (2 * n)) / scale;
    const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale;
    // at none and at all the formula's end is 0 and 1 but for rounding
    return Interval{share.count == 0 ? 0 : middle - half, share.count == share.n ? 1 : middle + half};
}

std::vector<Interval> simultaneousIntervals(const std::vector<Share>& shares, double level) {
    using Binomial = boost::math::binomial_distribution<double>;
    const double tail = (1 - level) / 2 / static_cast<double>(std::max<size_t>(1, shares.size()));
    std::vector<Interval> intervals;
    intervals.reserve(shares.size());
    for (const Share& share : shares) {
        const auto count = static_cast<double>(share.count), n = static_cast<double>(share.n);
        intervals.push_back({share.count == 0 ? 0 : Binomial::find_lower_bound_on_p(n, count, tail),
                             share.count == share.n ? 1 : Binomial::find_upper_bound_on_p(n, count, tail)});
    }
    return intervals;
}

double meanOfLowest(std::vector<double> values, size_t lowest) {
    const auto end = values.begin() + static_cast<std::ptrdiff_t>(lowest);
    std::partial_sort(values.begin(), end, values.end());
    return std::accumulate(values.begin(), end, 0.0) / static_cast<double>(lowest);
}

Interval intervalOfLowest(const std::vector<Share>& shares, size_t lowest, double level) {
    std::vector<double> lows, highs;
    for (const Interval& interval : simultaneousIntervals(shares, level)) {
        lows.push_back(interval.low);
        highs.push_back(interval.high);
    }
    return {meanOfLowest(std::move(lows), lowest), meanOfLowest(std::move(highs), lowest)};
}

}  // namespace gaplab::fairness
