#pragma once

#include "core/mitigation/mitigation.h"

namespace gaplab {

/// One line of the registry. The fact "terms" tells which terms have to have a loss a image: "teachers" (and so a teacher is
/// needed), "all", or the name of a parameter whose value "everything" asks for it.
struct MitigationEntry {
    Member member;
    std::unique_ptr<Mitigation> (*make)(const MitigationPlan& plan);
};

MitigationEntry resampleMitigation();
MitigationEntry reweightMitigation();
MitigationEntry logitAdjustmentMitigation();
MitigationEntry groupDroMitigation();
MitigationEntry classWeightMitigation();
MitigationEntry maskMitigation();

}  // namespace gaplab
