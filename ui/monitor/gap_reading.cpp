#include "ui/monitor/gap_reading.h"

#include "core/gap/target.h"

namespace gaplab::ui {

std::optional<GapReading> readGap(const std::vector<Point>& gap, const std::optional<GapTarget>& target) {
    if (gap.empty()) return std::nullopt;
    GapReading reading;
    reading.now = gap.back().value;
    reading.evaluations = static_cast<int>(gap.size());
    const double before = gap.size() > 1 ? gap[gap.size() - 2].value : reading.now;
    reading.trend = reading.now > before ? 1 : reading.now < before ? -1 : 0;
    if (!target) return reading;
    for (const Point& point : gap) {
        reading.insideNow = inBand(*target, {point.epoch, 100 * point.value});
        reading.inside += reading.insideNow ? 1 : 0;
    }
    const double middle = targetAt(*target, gap.back().epoch);
    reading.low = (middle - target->band) / 100;
    reading.high = (middle + target->band) / 100;
    return reading;
}

}  // namespace gaplab::ui
