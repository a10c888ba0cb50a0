#pragma once

namespace gaplab {

struct Role;

/// What actuators turn. Neutral values change nothing. Read once a step on the host.
struct Levers {
    const Role* teacher = nullptr;  ///< of the controlled gap; null: nothing is controlled
    double studentBalance = 1;      ///< factor on the whole loss of the student
    double teacherRate = 1;         ///< factor on the learning rate of what is the teacher's alone
    double teacherUpdate = 1;       ///< probability that the teacher learns in a step
    double teachingWeight = 1;      ///< factor on the weight of the terms from the teacher to the student
    double temperature = 0;         ///< of those terms; 0: their own
    double anchor = -1;             ///< share of its route at which the teacher teaches; below 0: as its schedule says
    double blend = 0;               ///< share of the student's own logits in what the teacher says to it
};

}  // namespace gaplab
