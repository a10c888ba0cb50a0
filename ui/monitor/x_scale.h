#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <QString>

#include "core/store/records.h"

namespace gaplab::ui {

/// What a run's points are drawn over.
struct XScale {
    enum class Kind { Epoch, Step, Images, Time };
    Kind kind = Kind::Epoch;
    double stepsPerEpoch = 0, imagesPerEpoch = 0;  ///< 0: not known
    double begin = 0;                              ///< seconds since 1970, UTC; 0: not known yet

    /// As far as the run tells.
    static XScale of(const RunRow& row, const std::map<std::string, std::vector<Point>>& points, Kind kind);
    QString title() const;
    /// Time is in minutes since the run began, pauses included.
    double x(int64_t step, double epoch, double wall) const;
    /// Where an epoch lies that has not come yet; nothing where nobody can tell.
    std::optional<double> planned(double epoch) const;
};

}  // namespace gaplab::ui
