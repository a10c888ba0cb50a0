#include "core/train/actuators/actuator.h"

namespace gaplab {

Actuator teacherBlend() {
    Member member{.name = "teacher_blend",
                  .help = "Share of the student's own logits in what the teacher says to it: the gap to that mixture is held",
                  .parameters = actuatorParameters(
                      {.kp = 0.02, .ki = 0.03, .value = 0, .minimum = 0, .maximum = 1, .limit = 0.15, .source = {}}, false)};
    member.facts = {{"needs", "term"}, {"kinds", {"static", "early", "route", "mutual", "switokd", "shadow", "feedback"}}};
    return {.member = member, .lever = &Levers::blend, .neutral = 0, .direction = -1, .logarithmic = false};
}

}  // namespace gaplab
