#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/store/records.h"

namespace gaplab::ui {

/// What the student still knows of other data, such as those of the task it comes from.
struct Forgetting {
    std::string data;           ///< their name
    double start = 0, now = 0;  ///< accuracy, fractions

    double lost() const { return start - now; }
};

/// As last measured, one a data set. Data that the student does not come from, so that there is no start, are not among them.
std::vector<Forgetting> readForgetting(const std::map<std::string, std::vector<Point>>& series);

}  // namespace gaplab::ui
