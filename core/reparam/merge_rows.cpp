#include "core/reparam/merge_rows.h"

#include <algorithm>
#include <array>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define GAPLAB_FOR_SEVERAL_PROCESSORS __attribute__((target_clones("avx512f", "arch=haswell", "default")))
#else
#define GAPLAB_FOR_SEVERAL_PROCESSORS
#endif
#define GAPLAB_INLINE __attribute__((always_inline)) inline

namespace gaplab::merge {
namespace {

constexpr int64_t width = 16;
/// So many input channels at once; what the processor has no registers for, the compiler takes apart.
typedef float Lanes __attribute__((vector_size(width * sizeof(float))));

/// Outputs whose points are held while the gradient of the filters is taken.
constexpr int64_t rowsAtOnce = 8;

/// Rows of different places of the area lie so far apart that the processor does not foresee what is read next.
constexpr int64_t ahead = 4 * width;
GAPLAB_INLINE void expect(const float* data) {
    __builtin_prefetch(data + ahead, 0, 2);
}

/// `channels` of them from `from` on; the last lot may be smaller.
struct Lot {
    int64_t from = 0, channels = width;
};

GAPLAB_INLINE void load(Lanes& lanes, const float* from, int64_t channels) {
    if (channels == width) {
        std::memcpy(&lanes, from, sizeof(Lanes));
        return;
    }
    lanes = Lanes{};
    std::memcpy(&lanes, from, static_cast<size_t>(channels) * sizeof(float));
}

GAPLAB_INLINE void store(float* to, const Lanes& lanes, int64_t channels) {
    if (channels == width)
        std::memcpy(to, &lanes, sizeof(Lanes));
    else
        std::memcpy(to, &lanes, static_cast<size_t>(channels) * sizeof(float));
}

GAPLAB_INLINE void put(const Target& target, int64_t o, int64_t k, const Lot& lot, const Lanes& lanes) {
    if (!target.values.data) return;
    float* to = &target.values.at(o, lot.from, k);
    if (!target.adds) return store(to, lanes, lot.channels);
    Lanes there;
    load(there, to, lot.channels);
    there += lanes;
    store(to, there, lot.channels);
}

/// Where the input channels need not lie side by side.
GAPLAB_INLINE void loadApart(Lanes& lanes, const Values& values, int64_t o, int64_t k, const Lot& lot) {
    lanes = Lanes{};
    for (int64_t lane = 0; lane < lot.channels; ++lane)
        lanes[lane] = values.at(o, lot.from + lane, k);
}

GAPLAB_INLINE void putApart(const Target& target, int64_t o, int64_t k, const Lot& lot, const Lanes& lanes) {
    if (!target.values.data) return;
    for (int64_t lane = 0; lane < lot.channels; ++lane)
        target.put(o, lot.from + lane, k, lanes[lane]);
}

GAPLAB_INLINE float sumOf(const Lanes& lanes) {
    float sum = 0;
    for (int64_t lane = 0; lane < width; ++lane)
        sum += lanes[lane];
    return sum;
}

bool isRow(const Values& values) {
    return !values.data || values.i == 1;
}

}  // namespace

bool haveRows(const Parts& parts) {
    return isRow(parts.weight) && isRow(parts.second) && isRow(parts.product);
}

bool haveRows(const Gradients& to) {
    return isRow(to.merged) && isRow(to.weight.values) && isRow(to.second.values) && isRow(to.product.values);
}

std::vector<float> filtersByChannel(const Parts& parts) {
    if (parts.branches <= 5) return {};
    std::vector<float> turned(static_cast<size_t>(filters * area * parts.in));
    float* to = turned.data();
    for (int e = 0; e < filters; ++e)
        for (int k = 0; k < area; ++k)
            for (int64_t i = 0; i < parts.in; ++i)
                *to++ = parts.depth.at(e, i, k);
    return turned;
}

GAPLAB_FOR_SEVERAL_PROCESSORS
void mergeRows(const Parts& parts, const float* filtersOfAll, const Values& merged, int64_t from, int64_t until) {
    const int branches = parts.branches;
    const int64_t in = parts.in;
    for (int64_t o = from; o < until; ++o) {
        float scales[mostBranches];
        readScales(parts, o, scales);
        for (Lot lot; lot.from < in; lot.from += width) {
            lot.channels = std::min(width, in - lot.from);
            Lanes points[filters] = {}, average = {}, frequency = {};
            if (branches > 5)
                for (int e = 0; e < filters; ++e) {
                    loadApart(points[e], parts.point, o, e, lot);
                    points[e] *= scales[5];
                }
            if (branches > 1) {
                loadApart(average, parts.average, o, 0, lot);
                average *= scales[1];
            }
            if (branches > 2) {
                loadApart(frequency, parts.frequency, o, 0, lot);
                frequency *= scales[2];
            }
            for (int k = 0; k < area; ++k) {
                Lanes sum, more;
                expect(&parts.weight.at(o, lot.from, k));
                load(sum, &parts.weight.at(o, lot.from, k), lot.channels);
                sum = sum * scales[0] + average;
                if (branches > 2) sum += frequency * parts.filter.at(o, 0, k);
                if (parts.product.data) {
                    expect(&parts.product.at(o, lot.from, k));
                    load(more, &parts.product.at(o, lot.from, k), lot.channels);
                    sum += more * scales[3];
                }
                if (branches > 4) {
                    expect(&parts.second.at(o, lot.from, k));
                    load(more, &parts.second.at(o, lot.from, k), lot.channels);
                    sum += more * scales[4];
                }
                if (branches > 5)
                    for (int e = 0; e < filters; ++e) {
                        load(more, filtersOfAll + (e * area + k) * in + lot.from, lot.channels);
                        sum += points[e] * more;
                    }
                store(&merged.at(o, lot.from, k), sum, lot.channels);
            }
        }
    }
}

namespace {

/// The gradients of everything but the filters, of one output; its points, times their scale, are kept in `points` [filter, in].
GAPLAB_INLINE void differentiateOutput(const Parts& parts, const float* filtersOfAll, const Gradients& to, int64_t o,
                                       float* points) {
    const int branches = parts.branches;
    const int64_t in = parts.in;
    float scales[mostBranches];
    readScales(parts, o, scales);
    Lanes ofScales[mostBranches] = {};
    for (Lot lot; lot.from < in; lot.from += width) {
        lot.channels = std::min(width, in - lot.from);
        Lanes sum = {}, filtered = {}, ofPoints[filters] = {}, g, part;
        for (int k = 0; k < area; ++k) {
            expect(&to.merged.at(o, lot.from, k));
            load(g, &to.merged.at(o, lot.from, k), lot.channels);
            sum += g;
            expect(&parts.weight.at(o, lot.from, k));
            load(part, &parts.weight.at(o, lot.from, k), lot.channels);
            ofScales[0] += g * part;
            put(to.weight, o, k, lot, g * scales[0]);
            if (branches > 2) filtered += g * parts.filter.at(o, 0, k);
            if (parts.product.data) {
                expect(&parts.product.at(o, lot.from, k));
                load(part, &parts.product.at(o, lot.from, k), lot.channels);
                ofScales[3] += g * part;
                put(to.product, o, k, lot, g * scales[3]);
            }
            if (branches > 4) {
                expect(&parts.second.at(o, lot.from, k));
                load(part, &parts.second.at(o, lot.from, k), lot.channels);
                ofScales[4] += g * part;
                put(to.second, o, k, lot, g * scales[4]);
            }
            if (branches > 5)
                for (int e = 0; e < filters; ++e) {
                    load(part, filtersOfAll + (e * area + k) * in + lot.from, lot.channels);
                    ofPoints[e] += g * part;
                }
        }
        if (branches > 1) {
            loadApart(part, parts.average, o, 0, lot);
            ofScales[1] += sum * part;
            putApart(to.average, o, 0, lot, sum * scales[1]);
        }
        if (branches > 2) {
            loadApart(part, parts.frequency, o, 0, lot);
            ofScales[2] += filtered * part;
            putApart(to.frequency, o, 0, lot, filtered * scales[2]);
        }
        if (branches > 5)
            for (int e = 0; e < filters; ++e) {
                loadApart(part, parts.point, o, e, lot);
                ofScales[5] += ofPoints[e] * part;
                store(points + e * in + lot.from, part * scales[5], lot.channels);
                putApart(to.point, o, e, lot, ofPoints[e] * scales[5]);
            }
    }
    for (int m = 0; m < branches; ++m)
        putScale(parts, to, m, o, sumOf(ofScales[m]));
}

}  // namespace

GAPLAB_FOR_SEVERAL_PROCESSORS
void differentiateRows(const Parts& parts, const float* filtersOfAll, const Gradients& to, int64_t from, int64_t until,
                       float* ofFilters) {
    const int64_t in = parts.in;
    const bool ofDepth = parts.branches > 5 && to.depth.values.data;
    std::vector<float> points(static_cast<size_t>(parts.branches > 5 ? rowsAtOnce * filters * in : 0));
    for (int64_t first = from; first < until; first += rowsAtOnce) {
        const int64_t rows = std::min(rowsAtOnce, until - first);
        for (int64_t row = 0; row < rows; ++row)
            differentiateOutput(parts, filtersOfAll, to, first + row, points.data() + row * filters * in);
        if (!ofDepth) continue;
        for (Lot lot; lot.from < in; lot.from += width) {
            lot.channels = std::min(width, in - lot.from);
            for (int k = 0; k < area; ++k) {
                Lanes sums[filters], g, point;
                for (int e = 0; e < filters; ++e)
                    load(sums[e], ofFilters + (e * area + k) * in + lot.from, lot.channels);
                for (int64_t row = 0; row < rows; ++row) {
                    load(g, &to.merged.at(first + row, lot.from, k), lot.channels);
                    for (int e = 0; e < filters; ++e) {
                        load(point, points.data() + (row * filters + e) * in + lot.from, lot.channels);
                        sums[e] += point * g;
                    }
                }
                for (int e = 0; e < filters; ++e)
                    store(ofFilters + (e * area + k) * in + lot.from, sums[e], lot.channels);
            }
        }
    }
}

}  // namespace gaplab::merge
