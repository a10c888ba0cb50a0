#include <cuda_runtime_api.h>

#include "core/reparam/merge_kernels.h"

namespace gaplab::merge {
namespace {

constexpr int warp = 32;
constexpr int outputs = 8;        // of a block that merges; a warp has one, its threads neighbouring input channels
constexpr int rowOutputs = 4;     // of a block that differentiates
constexpr int depthChannels = 8;  // of a block that differentiates filters
constexpr int slices = 8;         // which share the output channels there
constexpr int ofChannel = filters * area;
constexpr int pitch = ofChannel + 1;  // odd, so that neighbouring channels lie in different banks

// The kernels' arguments are constant and never written to. One was: nvcc 13.0 left out the copy that had been made of it before,
// so that from the second round of differentiateRows on, in layers of more than `warp` input channels, the filters were read from
// far behind the shared memory. Nor does a pointer ever leave the array it belongs to.

/// Reads the filters of `warp` input channels from `first` on: every output channel of the block needs them.
__device__ Filters filtersInReach(const Parts& parts, int64_t first, float (&shared)[warp * pitch]) {
    const int thread = static_cast<int>(threadIdx.y * blockDim.x + threadIdx.x),
              threads = static_cast<int>(blockDim.x * blockDim.y);
    const int channels = static_cast<int>(parts.in - first < warp ? parts.in - first : warp);
    for (int n = thread; n < channels * ofChannel; n += threads) {
        const int channel = n / ofChannel, rest = n % ofChannel;
        shared[channel * pitch + rest] = parts.depth.at(rest / area, first + channel, rest % area);
    }
    return {{shared, area, pitch, 1}, first};
}

/// A thread an element [o, i].
__global__ void merge(const Parts parts, const Values merged) {
    __shared__ float shared[warp * pitch];
    const int64_t first = int64_t{blockIdx.x} * warp, i = first + threadIdx.x, o = int64_t{blockIdx.y} * outputs + threadIdx.y;
    Filters depth;
    if (parts.branches > 5) {
        depth = filtersInReach(parts, first, shared);
        __syncthreads();
    }
    if (i < parts.in && o < parts.out) mergeOne(parts, depth, merged, o, i);
}

/// A warp an output channel.
__global__ void differentiateRows(const Parts parts, const Gradients to) {
    __shared__ float shared[warp * pitch];
    const int64_t o = int64_t{blockIdx.x} * rowOutputs + threadIdx.y;
    float scales[mostBranches] = {};
    for (int64_t first = 0; first < parts.in; first += warp) {
        Filters depth;
        if (parts.branches > 5) {
            __syncthreads();  // the filters before are done with
            depth = filtersInReach(parts, first, shared);
            __syncthreads();
        }
        const int64_t i = first + threadIdx.x;
        if (i < parts.in && o < parts.out) differentiateOne(parts, depth, to, o, i, scales);
    }
    for (int m = 0; m < mostBranches; ++m) {
        for (int offset = warp / 2; offset > 0; offset /= 2)
            scales[m] += __shfl_down_sync(0xffffffff, scales[m], offset);
        if (threadIdx.x == 0 && m < parts.branches && o < parts.out) putScale(parts, to, m, o, scales[m]);
    }
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
    const dim3 grid(blocks(parts.in, warp), blocks(parts.out, outputs)), threads(warp, outputs);
    merge<<<grid, threads, 0, static_cast<cudaStream_t>(stream)>>>(parts, merged);
    return cudaGetLastError();
}

int differentiateOnDevice(const Parts& parts, const Gradients& to, void* stream) {
    const auto queue = static_cast<cudaStream_t>(stream);
    differentiateRows<<<blocks(parts.out, rowOutputs), dim3(warp, rowOutputs), 0, queue>>>(parts, to);
    if (parts.branches > 5 && to.depth.values.data)
        differentiateFilters<<<blocks(parts.in, depthChannels), dim3(filters, depthChannels, slices), 0, queue>>>(parts, to);
    return cudaGetLastError();
}

}  // namespace gaplab::merge
