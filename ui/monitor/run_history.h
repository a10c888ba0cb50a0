#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/store/records.h"

namespace gaplab::ui {

/// The points of one run from two sides, the store and the live feed, each of which may come first and bring what the other has
/// brought already: a series holds one point a step, ascending.
class RunHistory {
public:
    enum class Change { None, Appended, Inserted };

    void clear() { series_.clear(); }
    /// A point of a step that is there already changes nothing: the worker records a step once.
    Change add(const std::string& series, const Point& point);
    const std::vector<Point>& points(const std::string& series) const;
    const std::map<std::string, std::vector<Point>>& all() const { return series_; }
    /// The last step of each series: what the store need not send again.
    std::map<std::string, int64_t> lastSteps() const;

private:
    std::map<std::string, std::vector<Point>> series_;
};

}  // namespace gaplab::ui
