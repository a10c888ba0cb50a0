#include "core/train/tensor_memory.h"

#include <algorithm>
#include <mutex>
#include <sys/resource.h>
#include <unordered_map>

#include <c10/core/Allocator.h>

namespace gaplab {

/// Backward passes on a GPU run on a thread of their own, hence the lock.
class TensorMemory::Counter : public c10::MemoryReportingInfoBase {
public:
    explicit Counter(at::Device device) : device_(device) {}

    bool memoryProfilingEnabled() const override { return true; }

    void reportMemoryUsage(void* pointer, int64_t size, size_t, size_t, c10::Device device) override {
        if (device.type() != device_.type()) return;
        const std::lock_guard lock(mutex_);
        if (size > 0) {
            sizes_[pointer] = size;
            held_ += size;
            peak_ = std::max(peak_, held_);
        } else if (const auto known = sizes_.find(pointer); known != sizes_.end()) {
            held_ -= known->second;
            sizes_.erase(known);
        }
    }

    int64_t peak() const {
        const std::lock_guard lock(mutex_);
        return peak_;
    }

private:
    at::Device device_;
    mutable std::mutex mutex_;
    std::unordered_map<void*, int64_t> sizes_;
    int64_t held_ = 0, peak_ = 0;
};

TensorMemory::TensorMemory(at::Device device)
    : counter_(std::make_shared<Counter>(device)), guard_(c10::DebugInfoKind::PROFILER_STATE, counter_) {}

int64_t TensorMemory::peak() const {
    return counter_->peak();
}

int64_t peakResidentBytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return int64_t{usage.ru_maxrss} * 1024;
}

}  // namespace gaplab
