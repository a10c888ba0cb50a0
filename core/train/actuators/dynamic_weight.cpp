#include "core/train/actuators/actuator.h"

namespace gaplab {

Actuator dynamicWeight() {
    Member member{.name = "dynamic_weight",
                  .help = "Factor on what the student hears from a teacher that is trained with it",
                  .parameters = actuatorParameters(
                      {.kp = 0.1, .ki = 0.1, .value = 1, .minimum = 1.0 / 64, .maximum = 16, .limit = 1, .source = {}}, true)};
    // Weights from 0 to 10 moved the gap of a dynamic teacher by 0.3 points.
    member.facts = {{"needs", "term"}, {"kinds", {"gpd", "mutual", "switokd", "shadow", "feedback"}}, {"weak", {"gpd"}}};
    return {.member = member, .lever = &Levers::teachingWeight, .direction = -1};
}

}  // namespace gaplab
