#pragma once

#include "core/run/bias.h"

namespace gaplab::bias {

/// Proposes changes of the experiment against what the report found; only those that make a valid document.
void addMitigations(BiasReport& report, const Catalogue& catalogue);

}  // namespace gaplab::bias
