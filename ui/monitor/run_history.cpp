#include "ui/monitor/run_history.h"

#include <algorithm>

namespace gaplab::ui {

RunHistory::Change RunHistory::add(const std::string& series, const Point& point) {
    std::vector<Point>& points = series_[series];
    const auto place = std::ranges::lower_bound(points, point.step, {}, &Point::step);
    if (place == points.end()) {
        points.push_back(point);
        return Change::Appended;
    }
    if (place->step == point.step) return Change::None;
    points.insert(place, point);
    return Change::Inserted;
}

const std::vector<Point>& RunHistory::points(const std::string& series) const {
    static const std::vector<Point> none;
    const auto found = series_.find(series);
    return found == series_.end() ? none : found->second;
}

std::map<std::string, int64_t> RunHistory::lastSteps() const {
    std::map<std::string, int64_t> steps;
    for (const auto& [name, points] : series_)
        if (!points.empty()) steps[name] = points.back().step;
    return steps;
}

}  // namespace gaplab::ui
