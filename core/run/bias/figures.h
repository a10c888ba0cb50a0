#pragma once

#include "core/run/bias/material.h"

namespace gaplab::bias {

/// Fills in what the networks do to classes and groups: networks, parts and cells of the report, all but movement.
void addFigures(BiasReport& report, const Material& material, const BiasQuestion& question);

}  // namespace gaplab::bias
