#include "core/train/actuators/actuator.h"

namespace gaplab {

/// Turns nothing: it only grows the teacher, which all actuators can do besides.
Actuator wideningActuator() {
    Member member{.name = "widening",
                  .help = "Gives the dynamic teacher another copy of the student's width while the gap stays below its band",
                  .parameters = wideningParameters(4)};
    member.parameters.insert(member.parameters.begin(), commonParameters().begin(), commonParameters().end());
    member.facts = {{"kinds", {"gpd"}}};
    return {.member = member};
}

}  // namespace gaplab
