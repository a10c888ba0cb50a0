#pragma once

#include "core/run/bias/material.h"

namespace gaplab::bias {

/// Fills in what student, baseline and teacher tell together: movement, propagation with the verdict, transfer, exemplars.
/// Needs the names of classes and groups in the report.
void addFindings(BiasReport& report, const Material& material, const BiasQuestion& question);

}  // namespace gaplab::bias
