#include "core/train/actuators/actuator.h"

namespace gaplab {

Actuator routeActuator() {
    Member member{.name = "route",
                  .help = "How far along its own training the teacher stands that teaches now: 0 is its first anchor, 1 the last",
                  .parameters = actuatorParameters(
                      {.kp = 0.02, .ki = 0.04, .value = 0, .minimum = 0, .maximum = 1, .limit = 0.25, .source = {}}, false)};
    member.facts = {{"needs", "term"}, {"kinds", {"route"}}};
    return {.member = member, .lever = &Levers::anchor, .neutral = -1, .direction = 1, .logarithmic = false};
}

}  // namespace gaplab
