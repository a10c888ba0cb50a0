#include "ui/monitor/gap_reading.h"

#include <cmath>

namespace gaplab::ui {

bool isInBand(double gap, double epoch, const GapTarget& target) {
    // A gap on the edge is inside, whatever the conversion from fraction to points does to its last bits.
    constexpr double rounding = 1e-9;
    return std::abs(100 * gap - target.target.at(epoch)) <= target.band + rounding;
}

std::optional<GapReading> readGap(const std::vector<Point>& gap, const std::optional<GapTarget>& target) {
    std::optional<GapReading> reading;
    double before = 0;
    for (const Point& point : gap) {
        if (!std::isfinite(point.value)) continue;
        if (!reading) {
            reading.emplace();
            before = point.value;
        } else {
            before = reading->now;
        }
        reading->now = point.value;
        ++reading->evaluations;
        if (!target) continue;
        reading->insideNow = isInBand(point.value, point.epoch, *target);
        reading->inside += reading->insideNow ? 1 : 0;
        const double middle = target->target.at(point.epoch);
        reading->low = (middle - target->band) / 100;
        reading->high = (middle + target->band) / 100;
    }
    if (reading) reading->trend = reading->now > before ? 1 : reading->now < before ? -1 : 0;
    return reading;
}

}  // namespace gaplab::ui
