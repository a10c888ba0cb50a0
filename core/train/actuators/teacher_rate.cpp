#include "core/train/actuators/actuator.h"

namespace gaplab {

Actuator teacherRate() {
    Member member{
        .name = "teacher_rate",
        .help = "Factor on the learning rate of what is the teacher's alone: a slower teacher stays nearer to its student",
        .parameters = actuatorParameters(
            {.kp = 0.1, .ki = 0.1, .value = 1, .minimum = 1.0 / 256, .maximum = 4, .limit = 1, .source = {}}, true)};
    // With shared parameters it moves the gap by 0.2 to 0.4 points an octave, and only downwards.
    member.facts = {{"kinds", {"gpd", "mutual", "switokd", "shadow"}}, {"weak", {"gpd"}}};
    return {.member = member, .lever = &Levers::teacherRate};
}

}  // namespace gaplab
