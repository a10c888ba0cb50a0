#pragma once

#include <string>

#include "core/store/store.h"

namespace gaplab::bias {

/// The newest finished trial in which the student of a run was trained without a teacher: same images, same student, same
/// training, as the documents write them, and nothing done against bias. Empty: there is none.
std::string trialAlone(const Store& store, const RunRow& run);

}  // namespace gaplab::bias
