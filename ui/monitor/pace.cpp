#include "ui/monitor/pace.h"

#include <algorithm>

namespace gaplab::ui {

std::optional<double> secondsPerEpoch(const std::vector<Point>& points) {
    constexpr size_t looked = 30;
    std::vector<double> paces;
    for (size_t i = points.size() - std::min(points.size(), looked); i + 1 < points.size(); ++i) {
        const double epochs = points[i + 1].epoch - points[i].epoch, seconds = points[i + 1].wall - points[i].wall;
        if (epochs > 0 && seconds > 0) paces.push_back(seconds / epochs);
    }
    if (paces.size() < 2) return {};
    const auto middle = paces.begin() + std::ssize(paces) / 2;
    std::ranges::nth_element(paces, middle);
    return *middle;
}

}  // namespace gaplab::ui
