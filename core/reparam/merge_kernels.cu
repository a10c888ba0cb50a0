#include <cuda_runtime_api.h>

#include "core/reparam/merge_kernels.h"

namespace gaplab::merge {
namespace {

constexpr int warp = 32;
constexpr int rowThreads = 128;               // share the input channels of one output channel
constexpr int depthChannels = 8, slices = 4;  // of a block; a slice takes every fourth output channel

__global__ void merge(const Parts parts, const Values merged) {
    const int64_t i = int64_t{blockIdx.x} * blockDim.x + threadIdx.x, o = int64_t{blockIdx.y} * blockDim.y + threadIdx.y;
    if (i < parts.in && o < parts.out) mergeOne(parts, merged, o, i);
}

/// A block an output channel.
__global__ void differentiateRows(const Parts parts, const Gradients to) {
    const int64_t o = blockIdx.x;
    float scales[mostBranches] = {};
    for (int64_t i = threadIdx.x; i < parts.in; i += rowThreads)
        differentiateOne(parts, to, o, i, scales);
    __shared__ float sums[mostBranches][rowThreads / warp];
    for (int m = 0; m < parts.branches; ++m) {
        float sum = scales[m];
        for (int offset = warp / 2; offset > 0; offset /= 2)
            sum += __shfl_down_sync(0xffffffff, sum, offset);
        if (threadIdx.x % warp == 0) sums[m][threadIdx.x / warp] = sum;
    }
    __syncthreads();
    if (threadIdx.x >= parts.branches) return;
    float sum = 0;
    for (int w = 0; w < rowThreads / warp; ++w)
        sum += sums[threadIdx.x][w];
    putScale(parts, to, static_cast<int>(threadIdx.x), o, sum);
}

/// A thread a filter, an input channel and a slice of the output channels.
__global__ void differentiateFilters(const Parts parts, const Gradients to) {
    __shared__ float shared[slices][filters * depthChannels][area];
    const int e = static_cast<int>(threadIdx.x), lane = static_cast<int>(threadIdx.y) * filters + e;
    const int slice = static_cast<int>(threadIdx.z);
    const int64_t i = int64_t{blockIdx.x} * depthChannels + threadIdx.y;
    float sums[area] = {};
    if (i < parts.in) differentiateDepth(parts, to, e, i, slice, slices, sums);
    for (int k = 0; k < area; ++k)
        shared[slice][lane][k] = sums[k];
    __syncthreads();
    if (slice > 0 || i >= parts.in) return;
    for (int k = 0; k < area; ++k) {
        float sum = 0;
        for (int s = 0; s < slices; ++s)
            sum += shared[s][lane][k];
        to.depth.put(e, i, k, sum);
    }
}

unsigned blocks(int64_t count, int64_t each) {
    return static_cast<unsigned>((count + each - 1) / each);
}

}  // namespace

int mergeOnDevice(const Parts& parts, const Values& merged, void* stream) {
    const dim3 threads(warp, 8);
    merge<<<dim3(blocks(parts.in, threads.x), blocks(parts.out, threads.y)), threads, 0, static_cast<cudaStream_t>(stream)>>>(
        parts, merged);
    return cudaGetLastError();
}

int differentiateOnDevice(const Parts& parts, const Gradients& to, void* stream) {
    const auto queue = static_cast<cudaStream_t>(stream);
    differentiateRows<<<static_cast<unsigned>(parts.out), rowThreads, 0, queue>>>(parts, to);
    if (parts.branches > 5 && to.depth.values.data)
        differentiateFilters<<<blocks(parts.in, depthChannels), dim3(filters, depthChannels, slices), 0, queue>>>(parts, to);
    return cudaGetLastError();
}

}  // namespace gaplab::merge
