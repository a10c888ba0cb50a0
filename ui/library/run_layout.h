#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"

namespace gaplab::ui {

/// How the table of runs is looked at: what a saved view holds.
struct RunLayout {
    struct Column {
        std::string field;
        int width = 0;  ///< in pixels; 0: as wide as its contents
        bool operator==(const Column&) const = default;
    };
    std::vector<Column> columns;  ///< that are shown, from left to right
    std::string sort;             ///< field
    bool descending = true;
    std::string grouping;  ///< field; empty: none
    std::string filter;    ///< line of the filter language
    bool operator==(const RunLayout&) const = default;
};

Json toJson(const RunLayout& layout);
/// Of whatever is stored: what cannot be understood is left out.
RunLayout layoutFromJson(const Json& stored);
/// As the table looks before anybody has changed it.
RunLayout firstLayout();

}  // namespace gaplab::ui
