#pragma once

#include <deque>

#include <QString>

namespace gaplab::ui {

/// How a line is made calmer; the points themselves stay.
struct Smoothing {
    enum class Kind { Off, Average, Median };
    Kind kind = Kind::Off;
    double factor = 0;  ///< of an average: share of the old value; of a median: how many points, odd

    /// "average 0.9", "median of 5"; empty where it is off.
    QString text() const;
    bool operator==(const Smoothing&) const = default;
};

/// Takes values one after another and returns the smoothed ones. An exponential moving average is corrected for its beginning, so
/// that the first value is the first one given. What is not a finite number is returned as it is and forgotten.
class Smoother {
public:
    explicit Smoother(const Smoothing& smoothing = {}) : smoothing_(smoothing) {}
    double next(double value);

private:
    Smoothing smoothing_;
    double sum_ = 0, weight_ = 0;
    std::deque<double> newest_;
};

}  // namespace gaplab::ui
