#include "core/gap/dynamics.h"

#include <algorithm>
#include <cmath>

namespace gaplab {
namespace {

double slopeOf(const GapPoint* begin, const GapPoint* end) {
    const auto count = static_cast<double>(end - begin);
    double epoch = 0, gap = 0;
    for (const GapPoint* p = begin; p != end; ++p) {
        epoch += p->epoch / count;
        gap += p->gap / count;
    }
    double product = 0, square = 0;
    for (const GapPoint* p = begin; p != end; ++p) {
        product += (p->epoch - epoch) * (p->gap - gap);
        square += (p->epoch - epoch) * (p->epoch - epoch);
    }
    return square > 0 ? product / square : 0;
}

}  // namespace

std::optional<GapDynamics> dynamicsOf(const std::vector<GapPoint>& points) {
    std::vector<GapPoint> finite;
    std::ranges::copy_if(points, std::back_inserter(finite), [](const GapPoint& p) { return std::isfinite(p.gap); });
    if (finite.size() < 2 || finite.front().epoch == finite.back().epoch) return {};
    GapDynamics dynamics;
    for (size_t i = 1; i < finite.size(); ++i)
        dynamics.area += (finite[i].epoch - finite[i - 1].epoch) * (finite[i].gap + finite[i - 1].gap) / 2;
    const size_t last = std::max<size_t>(2, finite.size() / 3);
    dynamics.slope = slopeOf(finite.data() + finite.size() - last, finite.data() + finite.size());
    return dynamics;
}

}  // namespace gaplab
