#include "ui/plot/curve_data.h"

#include <algorithm>
#include <cmath>

// Compiled twice, and the processor's own version is chosen when the program is loaded: redrawing takes an eighth less time.
#if defined(__x86_64__) && defined(__gnu_linux__)
#define GAPLAB_ALSO_FOR_AVX2 [[gnu::target_clones("avx2", "default")]]
#else
#define GAPLAB_ALSO_FOR_AVX2
#endif

namespace gaplab::ui {
namespace {

// Infinities are kept apart from a plain NaN by these bits of theirs.
constexpr uint32_t quietNan = 0x7fc00000, upInfinity = 0x7fc00001, downInfinity = 0x7fc00002;

float stored(double y) {
    if (std::isnan(y)) return std::bit_cast<float>(quietNan);
    if (std::isinf(y)) return std::bit_cast<float>(y > 0 ? upInfinity : downInfinity);
    constexpr double largest = std::numeric_limits<float>::max();
    return static_cast<float>(std::clamp(y, -largest, largest));  // what is finite stays finite
}

// Several values at once, in what GCC and Clang make of every processor.
constexpr size_t lanes = 4;
using Floats [[gnu::vector_size(lanes * sizeof(float))]] = float;
using Integers [[gnu::vector_size(lanes * sizeof(int))]] = int;

}  // namespace

double CurveData::y(size_t index) const {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const float value = finiteY(index);
    const auto bits = std::bit_cast<uint32_t>(value);
    return bits == upInfinity ? infinity : bits == downInfinity ? -infinity : static_cast<double>(value);
}

void CurveData::append(double x, double y) {
    if (!std::isfinite(x)) return;
    if (!std::isfinite(kept(x))) return;
    if (size_ > 0 && kept(x) < this->x(size_ - 1))
        insert(x, stored(y));
    else
        addLast(x, stored(y));
}

void CurveData::addLast(double x, float y) {
    const size_t place = size_ % chunkSize;
    if (place == 0) {
        chunks_.push_back(std::make_unique<Chunk>());
        chunkExtremes_.emplace_back();
        if (size_ % regionSize == 0) regionExtremes_.emplace_back();
    }
    Chunk& chunk = *chunks_.back();
    const uint64_t word = packed(x);
    std::memcpy(&chunk.x[bytesOfX * place], &word, bytesOfX);
    chunk.y[place] = y;
    chunk.blocks[place / blockSize].add(y);
    chunkExtremes_.back().add(y);
    regionExtremes_.back().add(y);
    ++size_;
    if (place + 1 == chunkSize) chunk.even = evenOf(chunk);
}

CurveData::Even CurveData::evenOf(const Chunk& chunk) {
    constexpr double tolerance = 1e-6;
    const double begin = xIn(chunk, 0), step = (xIn(chunk, chunkSize - 1) - begin) / (chunkSize - 1);
    for (size_t i = 0; i < chunkSize; ++i)
        if (!(std::abs(xIn(chunk, i) - (begin + step * static_cast<double>(i))) < tolerance * step)) return {};
    return {begin, step, 1 / step};
}

void CurveData::insert(double x, float y) {
    const size_t place = std::min(seek(std::nextafter(x, std::numeric_limits<double>::infinity()), 0, size_), size_);
    std::vector<std::pair<double, float>> behind;
    for (size_t i = place; i < size_; ++i)
        behind.emplace_back(this->x(i), finiteY(i));
    truncate(place);
    addLast(x, y);
    for (const auto& [behindX, behindY] : behind)
        addLast(behindX, behindY);
}

void CurveData::truncate(size_t size) {
    // Extremes cannot be taken back: the chunk that is cut is filled anew.
    const size_t whole = size / regionSize * regionSize;
    std::vector<std::pair<double, float>> kept;
    for (size_t i = whole; i < size; ++i)
        kept.emplace_back(x(i), finiteY(i));
    chunks_.resize(whole / chunkSize);
    chunkExtremes_.resize(whole / chunkSize);
    regionExtremes_.resize(whole / regionSize);
    size_ = whole;
    for (const auto& [keptX, keptY] : kept)
        addLast(keptX, keptY);
}

void CurveData::clear() {
    *this = CurveData();
}

std::optional<size_t> CurveData::seekEven(double x, size_t guess) const {
    size_t chunk = std::min(guess, size_ - 1) / chunkSize;
    for (int tries = 0; tries < 2; ++tries) {
        const Even& even = chunks_[chunk]->even;
        if (even.step == 0) return {};
        if (const auto place = placeIn(even, x)) return chunk * chunkSize + *place;
        const bool before = x < even.begin;
        if (before ? chunk == 0 : chunk + 1 == chunks_.size()) return {};
        chunk = before ? chunk - 1 : chunk + 1;
    }
    return {};
}

size_t CurveData::Walk::seek(double x, size_t from, size_t stride) {
    if (const auto place = placeIn(even_, x)) return std::max(from, chunk_ * chunkSize + *place);
    const size_t found = data_.seek(x, from, stride);
    if (found < data_.size_) {
        chunk_ = found / chunkSize;
        even_ = data_.chunks_[chunk_]->even;
    }
    return found;
}

size_t CurveData::seek(double x, size_t from, size_t stride) const {
    if (size_ > from)
        if (const auto found = seekEven(x, from + stride)) return std::max(*found, from);
    // Everything before `low` is below x, everything from `high` on is not.
    size_t low = from, high = size_;
    size_t probe = from + stride;
    for (size_t step = 1; low < high; step *= 2) {
        probe = std::min(probe, high - 1);
        if (this->x(probe) < x) {
            low = probe + 1;
            if (step > 1 && high < size_) break;  // it lies between two probes
            probe = low + step;
        } else {
            high = probe;
            if (step > 1 && low > from) break;
            probe = probe > low + step ? probe - step : low;
        }
    }
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (this->x(middle) < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void CurveData::prefetch(size_t index) const {
    if (index >= size_) return;
    const Chunk& chunk = *chunks_[index / chunkSize];
    const size_t place = index % chunkSize;
    __builtin_prefetch(&chunk.even);
    __builtin_prefetch(&chunk.y[place / blockSize * blockSize]);
    __builtin_prefetch(&chunk.blocks[place / blockSize]);
}

Extremes CurveData::scan(size_t begin, size_t end) const {
    // All of the block is read, whatever part of it counts: without a branch the processor need not guess where it ends.
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const float* y = chunks_[begin / chunkSize]->y.data() + begin % chunkSize / blockSize * blockSize;
    const auto from = static_cast<int>(begin % blockSize), to = from + static_cast<int>(end - begin);
    Floats low = Floats{} + infinity, high = Floats{} - infinity;
    Integers place = {0, 1, 2, 3};
    for (size_t i = 0; i < blockSize; i += lanes, place += static_cast<int>(lanes)) {
        Floats values;
        std::memcpy(&values, y + i, sizeof values);
        const Integers inside = (place >= from) & (place < to);
        low = (inside & (values < low)) ? values : low;  // NaN is neither below nor above
        high = (inside & (values > high)) ? values : high;
    }
    Extremes found;
    for (size_t i = 0; i < lanes; ++i)
        found.add(Extremes{low[i], high[i]});
    return found;
}

GAPLAB_ALSO_FOR_AVX2 CurveData::Cut CurveData::cut(size_t index) const {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const float* y = chunks_[index / chunkSize]->y.data() + index % chunkSize / blockSize * blockSize;
    const auto from = static_cast<int>(index % blockSize);
    const Floats up = Floats{} + infinity, down = Floats{} - infinity;
    Floats lowBefore = up, lowBehind = up, highBefore = down, highBehind = down;
    Integers place = {0, 1, 2, 3};
#pragma GCC unroll 4
    for (size_t i = 0; i < blockSize; i += lanes, place += static_cast<int>(lanes)) {
        Floats values;
        std::memcpy(&values, y + i, sizeof values);
        const Integers before = place < from;
        // What does not count is as good as infinite. NaN is neither below nor above.
        const Floats belowBefore = before ? values : up, belowBehind = before ? up : values;
        const Floats aboveBefore = before ? values : down, aboveBehind = before ? down : values;
        lowBefore = belowBefore < lowBefore ? belowBefore : lowBefore;
        lowBehind = belowBehind < lowBehind ? belowBehind : lowBehind;
        highBefore = aboveBefore > highBefore ? aboveBefore : highBefore;
        highBehind = aboveBehind > highBehind ? aboveBehind : highBehind;
    }
    // Two of four in one go, by exchanging rows and columns.
    const auto paired = [](Floats a, Floats b, auto better) {
        const Floats half = better(__builtin_shufflevector(a, b, 0, 1, 4, 5), __builtin_shufflevector(a, b, 2, 3, 6, 7));
        return better(__builtin_shufflevector(half, half, 0, 2, 0, 2), __builtin_shufflevector(half, half, 1, 3, 1, 3));
    };
    const Floats low = paired(lowBefore, lowBehind, [](Floats a, Floats b) { return a < b ? a : b; });
    const Floats high = paired(highBefore, highBehind, [](Floats a, Floats b) { return a > b ? a : b; });
    return {{low[0], high[0]}, {low[1], high[1]}};
}

Extremes CurveData::whole(size_t begin, size_t end) const {
    Extremes found;
    while (begin < end) {
        if (begin % regionSize == 0 && begin + regionSize <= end) {
            found.add(regionExtremes_[begin / regionSize]);
            begin += regionSize;
            continue;
        }
        const size_t chunk = begin / chunkSize, stop = std::min(end, (chunk + 1) * chunkSize);
        if (stop - begin == chunkSize) {
            found.add(chunkExtremes_[chunk]);
        } else {
            const Extremes* blocks = chunks_[chunk]->blocks.data() + begin % chunkSize / blockSize;
            for (size_t i = 0; i < (stop - begin) / blockSize; ++i)
                found.add(blocks[i]);
        }
        begin = stop;
    }
    return found;
}

Extremes CurveData::extremes(size_t begin, size_t end) const {
    return Walk(*this).extremes(begin, end);
}

Extremes CurveData::Walk::extremes(size_t begin, size_t end) {
    if (begin >= end) return {};
    const size_t first = (begin + blockSize - 1) / blockSize * blockSize, last = end / blockSize * blockSize;
    if (first > last) return data_.scan(begin, end);  // within one block
    Extremes found = data_.whole(first, last);
    if (begin < first) found.add(begin == known_ ? rest_ : data_.scan(begin, first));
    if (end > last) {
        const Cut cut = data_.cut(end);
        found.add(cut.before);
        rest_ = cut.behind;
        known_ = end;
    }
    return found;
}

Extremes CurveData::extremesOfSign(size_t begin, size_t end, float sign) const {
    Extremes found;
    const auto counts = [sign](float value) { return value * sign > 0; };
    while (begin < end) {
        const size_t size = begin % chunkSize == 0 ? chunkSize : blockSize;
        const size_t stop = std::min(end, (begin / size + 1) * size);
        const Extremes all = extremes(begin, stop);
        if (counts(all.low) && counts(all.high))
            found.add(all);
        else if (counts(all.low) || counts(all.high))
            for (size_t i = begin; i < stop; ++i)
                if (counts(finiteY(i))) found.add(finiteY(i));
        begin = stop;
    }
    return found;
}

QVector<QPointF> CurveData::points() const {
    QVector<QPointF> all;
    all.reserve(static_cast<qsizetype>(size_));
    for (size_t i = 0; i < size_; ++i)
        all.append(at(i));
    return all;
}

QPointF CurveData::nearest(double x) const {
    const size_t behind = std::min(lowerBound(x), size_ - 1), before = behind - (behind > 0);
    return x - this->x(before) <= this->x(behind) - x ? at(before) : at(behind);
}

size_t CurveData::bytes() const {
    return sizeof *this + chunks_.size() * sizeof(Chunk) + chunks_.capacity() * sizeof(chunks_[0]) +
           (chunkExtremes_.capacity() + regionExtremes_.capacity()) * sizeof(Extremes);
}

}  // namespace gaplab::ui
