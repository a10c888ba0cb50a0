#include "core/train/actuators/actuator.h"

namespace gaplab {

Actuator temperatureActuator() {
    Member member{.name = "temperature",
                  .help = "Temperature of what the student hears from the teacher; its direction is not known beforehand: tune",
                  .parameters = actuatorParameters(
                      {.kp = 0.05, .ki = 0.05, .value = 4, .minimum = 1, .maximum = 16, .limit = 0.5, .source = {}}, true)};
    // With a dynamic teacher a temperature of 4 moved the gap by 0.2 to 0.3 points.
    member.facts = {{"needs", "temperature"},
                    {"kinds", {"gpd", "mutual", "switokd", "shadow", "feedback", "static", "early", "route"}},
                    {"weak", {"gpd"}}};
    return {.member = member, .lever = &Levers::temperature, .neutral = 0};
}

}  // namespace gaplab
