#pragma once

#include "core/interop/formats.h"

namespace gaplab {

// One file each; named in the registry (formats.cpp).
Format runFileFormat();
Format csvFormat();
Format wideCsvFormat();
Format tensorBoardFormat();
Format mlflowFormat();
Format wandbFormat();

}  // namespace gaplab
