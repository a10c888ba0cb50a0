#include <cmath>
#include <limits>
#include <stdexcept>

#include <boost/math/distributions/students_t.hpp>

#include "core/stats/stats.h"
#include "core/stats/student_t.h"

namespace gaplab {

Summary summarise(const std::vector<double>& values) {
    Summary summary;
    double squares = 0;
    for (const double value : values) {
        if (!std::isfinite(value)) continue;
        // Welford's update: no cancellation when the spread is small beside the mean
        const double before = value - summary.mean;
        summary.mean += before / static_cast<double>(++summary.n);
        squares += before * (value - summary.mean);
    }
    const double nothing = std::numeric_limits<double>::quiet_NaN();
    if (summary.n == 0) summary.mean = nothing;
    summary.sd = summary.n < 2 ? nothing : std::sqrt(squares / static_cast<double>(summary.n - 1));
    return summary;
}

Interval studentInterval(double estimate, double error, double freedom, double level) {
    if (!(level > 0 && level < 1)) throw std::invalid_argument("a confidence level lies between 0 and 1");
    if (error == 0) return {estimate, estimate};
    const boost::math::students_t distribution(freedom);
    const double half = error * boost::math::quantile(boost::math::complement(distribution, (1 - level) / 2));
    return {estimate - half, estimate + half};
}

double studentPValue(double estimate, double error, double freedom) {
    if (error == 0) return estimate == 0 ? 1.0 : 0.0;
    const boost::math::students_t distribution(freedom);
    return 2 * boost::math::cdf(boost::math::complement(distribution, std::abs(estimate / error)));
}

std::optional<Interval> meanInterval(const std::vector<double>& values, double level) {
    const Summary summary = summarise(values);
    if (summary.n < 2) return std::nullopt;
    const auto n = static_cast<double>(summary.n);
    return studentInterval(summary.mean, summary.sd / std::sqrt(n), n - 1, level);
}

}  // namespace gaplab
