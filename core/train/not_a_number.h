#pragma once

#include <string>

#include "core/train/roles.h"

namespace gaplab {

/// Ends the run: `what` is not a finite number any more. Says which tensor of the student is the first one with such values, what
/// was kept and what to do.
[[noreturn]] void failOfNan(const std::string& what, const Role& student, int64_t step, double epoch);

}  // namespace gaplab
