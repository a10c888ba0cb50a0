#pragma once

#include <exception>
#include <string>

#include <ATen/Context.h>
#include <QtTest>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <torch/types.h>

#include "core/base/error.h"
#include "tests/reparam/support.h"

namespace gaplab {

inline bool hasGpu() {
    return at::globalContext().hasCUDA() && c10::cuda::device_count() > 0;
}
inline at::Device gpu() {
    return {at::kCUDA, 0};
}

/// The largest difference over the largest value of `expected`, both brought to the processor.
inline double distance(const at::Tensor& found, const at::Tensor& expected) {
    const auto host = [](const at::Tensor& tensor) { return tensor.detach().to(at::kCPU, at::kDouble); };
    const at::Tensor a = host(found), b = host(expected);
    if (b.numel() == 0) return 0;
    return (a - b).abs().max().item<double>() / std::max(1e-6, b.abs().max().item<double>());
}

inline double sizeOf(const at::Tensor& tensor) {
    return tensor.detach().to(at::kCPU, at::kDouble).abs().max().item<double>();
}

/// While it lives, whatever makes the host wait for the GPU is an error.
class NoWaiting {
public:
    NoWaiting() { c10::cuda::warning_state().set_sync_debug_mode(c10::cuda::SyncDebugMode::L_ERROR); }
    ~NoWaiting() { c10::cuda::warning_state().set_sync_debug_mode(c10::cuda::SyncDebugMode::L_DISABLED); }
    NoWaiting(const NoWaiting&) = delete;
    NoWaiting& operator=(const NoWaiting&) = delete;
};

inline int64_t bytesOnGpu() {
    return c10::cuda::CUDACachingAllocator::getDeviceStats(0).allocated_bytes[0].current;
}

/// What a test throws is its own failure and stops no other.
inline void failOf(const std::exception& thrown) {
    const auto* error = dynamic_cast<const Error*>(&thrown);
    QTest::qFail(error ? error->describe().c_str() : thrown.what(), __FILE__, __LINE__);
}

#define GAPLAB_CLOSE(found, expected, tolerance, what)                                                      \
    do {                                                                                                    \
        const double distance_ = distance(found, expected);                                                 \
        QVERIFY2(distance_ <= (tolerance), (std::string(what) + ": " + std::to_string(distance_)).c_str()); \
    } while (false)

}  // namespace gaplab
