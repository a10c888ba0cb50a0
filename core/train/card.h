#pragma once

#include <string>

#include <c10/core/Device.h>

namespace gaplab {

/// What the GPU calls itself, "NVIDIA H100 80GB HBM3"; empty for another device.
std::string cardName(c10::Device device);

}  // namespace gaplab
