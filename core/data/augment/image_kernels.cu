#include <cuda_runtime_api.h>

#include "core/data/augment/image_arithmetic.h"

namespace gaplab::images {
namespace {

constexpr int threads = 256;

__global__ void make(const Work work, const int64_t total) {
    const int64_t number = int64_t{blockIdx.x} * threads + threadIdx.x;
    if (number < total) makeOne(work, number);
}

}  // namespace

int makeOnDevice(const Work& work, void* stream) {
    const int64_t total = work.count * work.height * work.width * work.channels;
    if (total == 0) return 0;
    make<<<static_cast<unsigned>((total + threads - 1) / threads), threads, 0, static_cast<cudaStream_t>(stream)>>>(work, total);
    return cudaGetLastError();
}

}  // namespace gaplab::images
