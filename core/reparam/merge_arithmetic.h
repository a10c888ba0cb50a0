#pragma once

#include <cstdint>

#include "core/base/host_device.h"

// What one element of a merge of branches takes, the same on the processor and on a GPU. Free of LibTorch, so that the compiler
// of the kernels has little to read. See BranchKernel for the branches.

namespace gaplab::merge {

inline constexpr int mostBranches = 6;
inline constexpr int area = 9;     ///< of a 3 x 3 kernel
inline constexpr int filters = 8;  ///< of branch 5, an input channel

/// float32 in memory: the element [o, i, k], k running over the area (or the filters).
struct Values {
    float* data = nullptr;  ///< null: not there, or not wanted
    int64_t o = 0, i = 0, k = 0;

    GAPLAB_EVERYWHERE float& at(int64_t row, int64_t column, int64_t place) const {
        return data[row * o + column * i + place * k];
    }
};

/// The tensors of a dense layer as one view of the network sees them, as they are stored.
struct Parts {
    int64_t out = 0, in = 0;
    int branches = mostBranches;
    float factor[mostBranches] = {};  ///< what branch m counts besides its scale: divisors of storage, the teacher's factor
    Values weight, second;            ///< [out, in, area]
    Values product;                   ///< branch 3, [out, in, area]; not there where that is left out
    Values average, frequency;        ///< [out, in]
    Values filter;                    ///< [out, 0, area]
    Values point;                     ///< [out, in, filters]
    Values depth;                     ///< [filter, in, area]
    Values scales;                    ///< [branch, out]
};

/// The filters of branch 5 from input channel `from` on, [filter, in, area]: all of them, or those that a block of threads has
/// read.
struct Filters {
    Values values;
    int64_t from = 0;

    GAPLAB_EVERYWHERE float at(int filter, int64_t i, int place) const { return values.at(filter, i - from, place); }
};

/// Where the gradients of the above go.
struct Target {
    Values values;
    bool adds = false;  ///< to what is there

    GAPLAB_EVERYWHERE void put(int64_t row, int64_t column, int64_t place, float value) const {
        if (!values.data) return;
        float& there = values.at(row, column, place);
        there = adds ? there + value : value;
    }
};

struct Gradients {
    Values merged;  ///< given, [out, in, area]
    Target weight, second, product, average, frequency, point, depth, scales;
};

GAPLAB_EVERYWHERE inline float scaleOf(const Parts& parts, int branch, int64_t o) {
    return parts.factor[branch] * parts.scales.at(branch, o, 0);
}

/// Branch 5 before its scale.
GAPLAB_EVERYWHERE inline float depthProduct(const Filters& depth, const float (&points)[filters], int64_t i, int k) {
    float sum = 0;
    for (int e = 0; e < filters; ++e)
        sum += points[e] * depth.at(e, i, k);
    return sum;
}

GAPLAB_EVERYWHERE inline void readPoints(const Parts& parts, int64_t o, int64_t i, float (&points)[filters]) {
    for (int e = 0; e < filters; ++e)
        points[e] = parts.point.at(o, i, e);
}

GAPLAB_EVERYWHERE inline void readScales(const Parts& parts, int64_t o, float (&scales)[mostBranches]) {
    for (int m = 0; m < mostBranches; ++m)
        scales[m] = m < parts.branches ? scaleOf(parts, m, o) : 0.0F;
}

/// Writes [o, i, ..] of the merged kernel.
GAPLAB_EVERYWHERE inline void mergeOne(const Parts& parts, const Filters& depth, const Values& merged, int64_t o, int64_t i) {
    const int branches = parts.branches;
    float points[filters] = {}, scales[mostBranches], sums[area];
    readScales(parts, o, scales);
    if (branches > 5) readPoints(parts, o, i, points);
    const float average = branches > 1 ? scales[1] * parts.average.at(o, i, 0) : 0.0F;
    const float frequency = branches > 2 ? scales[2] * parts.frequency.at(o, i, 0) : 0.0F;
    for (int k = 0; k < area; ++k) {
        float sum = parts.weight.at(o, i, k) * scales[0];
        if (branches > 4) sum += parts.second.at(o, i, k) * scales[4];
        if (parts.product.data) sum += parts.product.at(o, i, k) * scales[3];
        if (branches > 5) sum += depthProduct(depth, points, i, k) * scales[5];
        if (branches > 1) sum += average;
        if (branches > 2) sum += frequency * parts.filter.at(o, 0, k);
        sums[k] = sum;
    }
    for (int k = 0; k < area; ++k)
        merged.at(o, i, k) = sums[k];
}

/// Puts the gradients of what belongs to [o, i] and adds to those of the scales of o what comes from here. All is read before
/// anything is written: the compiler need not fear that one is the other.
GAPLAB_EVERYWHERE inline void differentiateOne(const Parts& parts, const Filters& depth, const Gradients& to, int64_t o,
                                               int64_t i, float (&ofScales)[mostBranches]) {
    const int branches = parts.branches;
    float points[filters] = {}, ofPoints[filters] = {}, scales[mostBranches], g[area];
    readScales(parts, o, scales);
    if (branches > 5) readPoints(parts, o, i, points);
    float sum = 0, filtered = 0;
    for (int k = 0; k < area; ++k) {
        g[k] = to.merged.at(o, i, k);
        sum += g[k];
        ofScales[0] += g[k] * parts.weight.at(o, i, k);
        if (branches > 2) filtered += g[k] * parts.filter.at(o, 0, k);
        if (parts.product.data) ofScales[3] += g[k] * parts.product.at(o, i, k);
        if (branches > 4) ofScales[4] += g[k] * parts.second.at(o, i, k);
        if (branches > 5)
            for (int e = 0; e < filters; ++e)
                ofPoints[e] += g[k] * depth.at(e, i, k);
    }
    if (branches > 1) ofScales[1] += sum * parts.average.at(o, i, 0);
    if (branches > 2) ofScales[2] += filtered * parts.frequency.at(o, i, 0);
    if (branches > 5)
        for (int e = 0; e < filters; ++e)
            ofScales[5] += ofPoints[e] * points[e];
    for (int k = 0; k < area; ++k) {
        to.weight.put(o, i, k, g[k] * scales[0]);
        if (parts.product.data) to.product.put(o, i, k, g[k] * scales[3]);
        if (branches > 4) to.second.put(o, i, k, g[k] * scales[4]);
    }
    if (branches > 1) to.average.put(o, i, 0, sum * scales[1]);
    if (branches > 2) to.frequency.put(o, i, 0, filtered * scales[2]);
    if (branches > 5)
        for (int e = 0; e < filters; ++e)
            to.point.put(o, i, e, ofPoints[e] * scales[5]);
}

/// The gradient of the scales of o, once the above has run over every i.
GAPLAB_EVERYWHERE inline void putScale(const Parts& parts, const Gradients& to, int branch, int64_t o, float sum) {
    to.scales.put(branch, o, 0, sum * parts.factor[branch]);
}

/// Adds to `sums` what the outputs first, first + step, .. give to the gradient of filter e of input channel i.
GAPLAB_EVERYWHERE inline void differentiateDepth(const Parts& parts, const Gradients& to, int e, int64_t i, int64_t first,
                                                 int64_t step, float (&sums)[area]) {
    for (int64_t o = first; o < parts.out; o += step) {
        const float weight = scaleOf(parts, 5, o) * parts.point.at(o, i, e);
        for (int k = 0; k < area; ++k)
            sums[k] += weight * to.merged.at(o, i, k);
    }
}

}  // namespace gaplab::merge
