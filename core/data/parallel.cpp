#include "core/data/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "core/base/error.h"

namespace gaplab {
namespace {

/// Chunks are handed out in ascending order and every one that was begun is finished, so the first failure is always seen.
struct Sharing {
    const int64_t count;
    const ParallelOptions& options;
    const std::function<void(int64_t, int64_t)>& work;
    std::atomic<int64_t> next = 0;
    std::atomic<int64_t> done = 0;
    std::atomic<bool> failed = false;
    std::mutex mutex;
    int64_t failedAt = 0;
    std::exception_ptr failure;

    void run() {
        while (!failed && !options.stop.stop_requested()) {
            const int64_t begin = next.fetch_add(options.chunk);
            if (begin >= count) return;
            const int64_t end = std::min(begin + options.chunk, count);
            try {
                work(begin, end);
                const int64_t finished = done.fetch_add(end - begin) + (end - begin);
                if (options.advanced) options.advanced(finished);
            } catch (const std::exception&) {
                const std::lock_guard lock(mutex);
                if (!failure || begin < failedAt) {
                    failure = std::current_exception();
                    failedAt = begin;
                }
                failed = true;
            }
        }
    }
};

}  // namespace

int threadCount(int wanted) {
    if (wanted > 0) return wanted;
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void parallelFor(int64_t count, const ParallelOptions& options, const std::function<void(int64_t, int64_t)>& work) {
    Sharing sharing{.count = count, .options = options, .work = work, .mutex = {}, .failure = {}};
    const int64_t chunks = (count + options.chunk - 1) / options.chunk;
    const int64_t helpers = std::min<int64_t>(threadCount(options.threads), chunks) - 1;
    {
        std::vector<std::jthread> threads;
        for (int64_t i = 0; i < helpers; ++i)
            threads.emplace_back([&sharing] { sharing.run(); });
        sharing.run();
    }
    if (sharing.failure) std::rethrow_exception(sharing.failure);
    if (options.stop.stop_requested()) throw Error(Fault::Stopped, "Loading the images was stopped");
}

}  // namespace gaplab
