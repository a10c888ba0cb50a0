#pragma once

#include <cstdint>
#include <memory>

#include <ATen/core/ATen_fwd.h>
#include <c10/core/Device.h>
#include <c10/util/ThreadLocalDebugInfo.h>

namespace gaplab {

/// Counts the tensor bytes that the calling thread, and the backward passes that it starts, hold on a device, from the
/// allocator's own reports. Bytes that were there before are not counted. It takes the place of a running profiler.
class TensorMemory {
public:
    explicit TensorMemory(at::Device device);

    /// The most bytes held at once since the beginning.
    int64_t peak() const;

private:
    class Counter;
    std::shared_ptr<Counter> counter_;
    c10::DebugInfoGuard guard_;
};

/// The most bytes this process has held in memory (resident set), from the operating system.
int64_t peakResidentBytes();

}  // namespace gaplab
