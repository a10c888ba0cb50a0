#pragma once

#include <utility>
#include <vector>

#include "core/base/json.h"

namespace gaplab {

/// What a controller has to know of its actuator. The drive is what it turns: log2 of the value for rates and weights, so that
/// its unit is an octave, else the value itself.
struct ControlLaw {
    double kp = 0;            ///< drive for each point of error
    double ki = 0;            ///< drive for each point of error that lasts an epoch
    double direction = 1;     ///< +1: a greater value widens the gap; -1: it narrows it
    bool logarithmic = true;  ///< the drive is log2 of the value
    double start = 1;         ///< value at the beginning
    double minimum = 0, maximum = 1;
    double limit = 1;  ///< greatest change of the drive in one act
    /// (drive, points of gap for a unit of drive) as measured, ascending in the drive; empty: the same everywhere. The gains are
    /// those where the first one was measured and shrink where the gap answers more strongly.
    std::vector<std::pair<double, double>> authority = {};
};

/// PI control of the gap (error e = measured minus wanted, points; time in epochs):
///   drive = drive(start) - direction (kp s e + I),  I += ki s e dt,  s: schedule by the measured authority
/// The integral rests while the drive is at a bound or at its limit of change and the error pushes further that way, and while it
/// is told to. Deterministic; no clock of its own.
class Controller {
public:
    explicit Controller(ControlLaw law);

    struct Act {
        double value = 0;        ///< of the actuator from now on
        bool saturated = false;  ///< at a bound, and the error asks for more
    };
    /// `elapsed`: epochs since the last act. `gain`: factor on both gains for this act, greater than 0. An error that is not a
    /// number leaves everything as it is.
    Act act(double error, double elapsed, bool holdIntegral, double gain = 1);

    double value() const;
    /// Turns the drive a step towards a value, within the limit of change: to release the gap at the end.
    void moveTowards(double value);
    /// New gains, bounds or direction while it runs: the value stays where it is.
    void change(ControlLaw law);
    const ControlLaw& law() const { return law_; }

    Json state() const;
    void restore(const Json& state);

private:
    double toDrive(double value) const;
    double schedule() const;

    ControlLaw law_;
    double drive_ = 0;
    double integral_ = 0;  ///< units of drive
};

}  // namespace gaplab
