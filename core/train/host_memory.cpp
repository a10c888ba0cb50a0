#include "core/train/host_memory.h"

#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <unordered_map>

#ifdef __linux__
#include <sys/mman.h>
#endif

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>

namespace gaplab {
namespace {

/// Smaller ones come from memory that malloc keeps itself.
constexpr size_t worthKeeping = 64 << 10;
/// A kept block serves for a tensor that fills at least four fifths of it.
constexpr size_t sizesLarger = 4;
/// In requests for large blocks: longer than any step.
constexpr int64_t keptFor = 50'000, lookEvery = 1'000;

/// From so many bytes on a block is laid in huge pages where the system gives them: fewer addresses to look up.
constexpr size_t worthHugePages = 4 << 20, hugePage = 2 << 20;

/// Throws as LibTorch does where there is no memory. Given back by free_cpu.
void* fresh(size_t bytes) {
#ifdef __linux__
    void* data = nullptr;
    if (bytes >= worthHugePages && posix_memalign(&data, hugePage, bytes) == 0) {
        madvise(data, bytes / hugePage * hugePage, MADV_HUGEPAGE);
        return data;
    }
#endif
    return c10::alloc_cpu(bytes);
}

class Blocks final : public c10::Allocator {
public:
    /// Lives as long as the process: tensors outlive everything.
    static Blocks& instance() {
        static Blocks* const blocks = [] {
            auto* made = new Blocks;
            c10::SetCPUAllocator(made);
            return made;
        }();
        return *blocks;
    }

    c10::DataPtr allocate(size_t bytes) override {
        void* const data = bytes < worthKeeping ? c10::alloc_cpu(bytes) : large(bytes);
        c10::profiledCPUMemoryReporter().New(data, bytes);
        return {data, data, &giveBack, c10::Device(c10::kCPU)};
    }
    c10::DeleterFnPtr raw_deleter() const override { return &giveBack; }
    void copy_data(void* to, const void* from, size_t bytes) const override { std::memcpy(to, from, bytes); }

    void keep() {
        const std::lock_guard lock(mutex_);
        ++scopes_;
    }
    void keepNoMore() {
        const std::lock_guard lock(mutex_);
        if (--scopes_ == 0) release(requests_ + 1);
    }

private:
    struct Idle {
        void* data = nullptr;
        int64_t since = 0;
    };

    void* large(size_t bytes) {
        const std::lock_guard lock(mutex_);
        if (++requests_ % lookEvery == 0) release(requests_ - keptFor);
        const auto found = idle_.lower_bound(bytes);
        if (found != idle_.end() && found->first - bytes <= bytes / sizesLarger) {
            void* const data = found->second.data;
            sizes_.emplace(data, found->first);
            idle_.erase(found);
            return data;
        }
        void* data = nullptr;
        try {
            data = fresh(bytes);
        } catch (const c10::Error&) {
            if (idle_.empty()) throw;
            release(requests_ + 1);
            data = fresh(bytes);
        }
        sizes_.emplace(data, bytes);
        return data;
    }

    static void giveBack(void* data) {
        if (!data) return;
        c10::profiledCPUMemoryReporter().Delete(data);
        if (!instance().kept(data)) c10::free_cpu(data);
    }

    bool kept(void* data) {
        const std::lock_guard lock(mutex_);
        const auto known = sizes_.find(data);
        if (known == sizes_.end()) return false;
        const size_t size = known->second;
        sizes_.erase(known);
        if (scopes_ > 0) idle_.emplace(size, Idle{data, requests_});
        return scopes_ > 0;
    }

    /// Those that have been idle since before a request.
    void release(int64_t before) {
        std::erase_if(idle_, [&](const auto& entry) {
            if (entry.second.since >= before) return false;
            c10::free_cpu(entry.second.data);
            return true;
        });
    }

    std::mutex mutex_;
    std::unordered_map<void*, size_t> sizes_;  ///< of the large blocks in use
    std::multimap<size_t, Idle> idle_;
    int64_t requests_ = 0;
    int scopes_ = 0;
};

}  // namespace

KeptHostMemory::KeptHostMemory() {
    Blocks::instance().keep();
}

KeptHostMemory::~KeptHostMemory() {
    Blocks::instance().keepNoMore();
}

}  // namespace gaplab
