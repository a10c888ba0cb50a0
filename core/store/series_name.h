#pragma once

#include <string>

namespace gaplab {

/// A series' name taken apart, with what is known about its measure.
struct SeriesName {
    std::string role;   ///< student, student_ema, the name of a teacher, gap[:pair], controller, system
    std::string split;  ///< train, validation, test[:set]
    std::string measure;
    std::string unit;       ///< "fraction" for accuracies and errors, else ""
    std::string direction;  ///< "up", "down" or "": which way is better

    std::string text() const { return role + "/" + split + "/" + measure; }
};

/// "role/split/measure". Throws Error (Input) for anything else: imported files bring names of their own.
SeriesName parseSeriesName(const std::string& name);

}  // namespace gaplab
