#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>

namespace gaplab {

/// 0 means all cores.
int threadCount(int wanted);

struct ParallelOptions {
    int threads = 0;     ///< 0: all cores
    int64_t chunk = 64;  ///< items handed out at once
    std::stop_token stop = {};
    std::function<void(int64_t done)> advanced = {};  ///< items finished so far, from any thread
};

/// Runs `work(begin, end)` over 0 .. count-1. If some chunks throw, the exception of the first one in order is thrown, whatever
/// the number of threads. Throws Error (Stopped) when a stop is asked for.
void parallelFor(int64_t count, const ParallelOptions& options, const std::function<void(int64_t begin, int64_t end)>& work);

}  // namespace gaplab
