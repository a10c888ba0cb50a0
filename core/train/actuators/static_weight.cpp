#include "core/train/actuators/actuator.h"

namespace gaplab {

Actuator staticWeight() {
    Member member{.name = "static_weight",
                  .help = "Factor on what the student hears from a teacher that does not change",
                  .parameters = actuatorParameters(
                      {.kp = 0.1, .ki = 0.1, .value = 1, .minimum = 1.0 / 64, .maximum = 16, .limit = 1, .source = {}}, true)};
    member.facts = {{"needs", "term"}, {"kinds", {"static", "early", "route"}}};
    return {.member = member, .lever = &Levers::teachingWeight, .direction = -1};
}

}  // namespace gaplab
