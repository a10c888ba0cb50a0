#include "ui/monitor/forgetting.h"

#include <algorithm>

#include "ui/models/series_text.h"

namespace gaplab::ui {

std::vector<Forgetting> readForgetting(const std::map<std::string, std::vector<Point>>& series) {
    std::vector<Forgetting> readings;
    for (const auto& [name, points] : series) {
        const std::string data = otherDataOf(name);
        if (data.empty() || !name.ends_with("/forgetting") || points.empty()) continue;
        const auto accuracy = series.find("student/" + data + "/accuracy");
        if (accuracy == series.end()) continue;
        const auto same = std::ranges::lower_bound(accuracy->second, points.back().step, {}, &Point::step);
        if (same == accuracy->second.end() || same->step != points.back().step) continue;
        readings.push_back({data, same->value + points.back().value, same->value});
    }
    return readings;
}

}  // namespace gaplab::ui
