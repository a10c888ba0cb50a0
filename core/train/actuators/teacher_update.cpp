#include "core/train/actuators/actuator.h"

namespace gaplab {

Actuator teacherUpdate() {
    Member member{.name = "teacher_update",
                  .help = "Probability that the teacher learns in a step; 0 freezes it",
                  .parameters = actuatorParameters(
                      {.kp = 0.03, .ki = 0.03, .value = 1, .minimum = 0, .maximum = 1, .limit = 0.25, .source = {}}, false)};
    member.facts = {{"kinds", {"gpd", "mutual", "switokd", "shadow"}}, {"weak", {"gpd"}}};
    return {.member = member, .lever = &Levers::teacherUpdate, .logarithmic = false};
}

}  // namespace gaplab
