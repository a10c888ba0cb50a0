#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/base/catalogue.h"
#include "core/gap/controller.h"
#include "core/train/levers.h"

namespace gaplab {

/// Something that a controller turns to hold the gap. One file each.
struct Actuator {
    Member member;  ///< parameters: those of actuatorParameters; facts: "kinds" it has a hold on, "needs" "term" (from the
                    ///< teacher to the student) or "temperature" (of one), "weak" for which its
                    ///< measured authority is next to nothing
    double Levers::*lever = nullptr;  ///< null: it turns nothing, it only widens
    double neutral = 1;               ///< value at which it does nothing
    double direction = 1;             ///< +1: a greater value widens the gap
    bool logarithmic = true;          ///< turned in octaves
    /// Points of gap for a unit of drive, over the drive, as measured; empty: not known.
    std::vector<std::pair<double, double>> authority = {};
};

/// Gains and bounds of an actuator, as fields of gap.controller.
struct ActuatorDefaults {
    double kp, ki;  ///< drive (octaves, or the value's own unit) a point; a point and epoch
    double value;   ///< at the beginning
    double minimum, maximum;
    double limit;  ///< of the drive, an act
    std::string source;
};
std::vector<Parameter> actuatorParameters(const ActuatorDefaults& defaults, bool logarithmic);
/// Of every actuator: what the gap is that it acts on, and from when.
const std::vector<Parameter>& commonParameters();
/// Of every actuator: when a dynamic teacher is widened. `after`: acts to wait by default; 0: it never is.
std::vector<Parameter> wideningParameters(int after);

const std::vector<Actuator>& actuators();
/// Throws Error (Input) for an unknown name.
const Actuator& actuatorNamed(const std::string& name);
/// The law of a controller from its document's parameters.
ControlLaw lawOf(const Actuator& actuator, const Json& parameters);

void addActuators(Catalogue& catalogue);

Actuator studentBalance();
Actuator teacherRate();
Actuator teacherUpdate();
Actuator dynamicWeight();
Actuator staticWeight();
Actuator temperatureActuator();
Actuator teacherBlend();
Actuator routeActuator();
Actuator wideningActuator();

}  // namespace gaplab
