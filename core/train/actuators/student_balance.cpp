#include "core/train/actuators/actuator.h"

namespace gaplab {

Actuator studentBalance() {
    Member member{.name = "student_balance",
                  .help = "Factor on the whole loss of the student, labels and teachers together: what it is held back by",
                  .parameters = actuatorParameters({.kp = 0.25,
                                                    .ki = 0.12,
                                                    .value = 1.0 / 16,
                                                    .minimum = 1.0 / 1024,
                                                    .maximum = 1,
                                                    .limit = 1,
                                                    .source = "measured on resnet8 under its dynamic teacher"},
                                                   true)};
    member.facts = {{"kinds", {"gpd", "mutual", "switokd", "shadow", "feedback"}}};
    // Octaves below 1 against points an octave, measured with private blocks that start as noise.
    return {.member = member, .lever = &Levers::studentBalance, .direction = -1, .authority = {{-8, 2.2}, {-4, 0.7}, {0, 0.7}}};
}

}  // namespace gaplab
