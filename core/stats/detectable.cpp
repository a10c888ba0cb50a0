#include <cmath>
#include <stdexcept>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/tools/roots.hpp>

#include "core/stats/stats.h"

namespace gaplab {

double detectableDifference(double error, double freedom, double level, double power) {
    if (!(level > 0 && level < 1 && power > 0 && power < 1))
        throw std::invalid_argument("a level and a power lie between 0 and 1");
    if (!(error > 0 && freedom > 0)) throw std::invalid_argument("an error and degrees of freedom are greater than 0");
    const double critical = boost::math::quantile(boost::math::complement(boost::math::students_t(freedom), (1 - level) / 2));
    // Two or three seeds at a strict level: beside the uncertainty of the spread that of the mean vanishes (to one part in
    // critical^2), and the series of the non-central t would take for ever.
    if (critical > 1000)
        return error * critical * std::sqrt(boost::math::quantile(boost::math::chi_squared(freedom), power) / freedom);
    // The other tail, where a difference would be found with the wrong sign, is no finding.
    const auto shortOfPower = [&](double differenceInErrors) {
        return boost::math::cdf(boost::math::complement(boost::math::non_central_t(freedom, differenceInErrors), critical)) -
               power;
    };
    std::uintmax_t steps = 200;
    const auto [low, high] = boost::math::tools::bracket_and_solve_root(shortOfPower, critical + 1, 2.0, true,
                                                                        boost::math::tools::eps_tolerance<double>(40), steps);
    return error * (low + high) / 2;
}

}  // namespace gaplab
