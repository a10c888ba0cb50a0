#pragma once

#include "core/experiment/experiment.h"

namespace gaplab {

/// What a valid document may be run with but a person should know first, each with its field. Now: stages that are trained on
/// images which the experiment validates on, so that validation flatters what starts from them or learns from them; losses that
/// did harm between unlike families. Throws Error (Input) where the document is not valid.
std::vector<Problem> warnings(const Json& document, const Catalogue& catalogue);

}  // namespace gaplab
