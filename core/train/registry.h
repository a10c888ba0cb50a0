#pragma once

#include "core/base/catalogue.h"

namespace gaplab {

/// Describes optimizers, schedules and kinds of teachers.
void addTrainMembers(Catalogue& catalogue);

}  // namespace gaplab
