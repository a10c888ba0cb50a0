#pragma once

#include <cstdint>
#include <string>

namespace gaplab {

/// Bytes that could still be allocated without swapping: MemAvailable of the kernel, less where a control group allows less.
int64_t availableMemory();

/// Throws Error (World) with both numbers if `bytes` is more than half of `available`. `what` starts the sentence: "The images".
void requireMemory(int64_t bytes, const std::string& what, int64_t available = availableMemory());

/// "1.4 GB", "12 MB"
std::string formatBytes(int64_t bytes);

}  // namespace gaplab
