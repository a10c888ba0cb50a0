#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include <QPointF>
#include <QVector>

namespace gaplab::ui {

/// Smallest and largest of some values; what is not finite does not count.
struct Extremes {
    float low = std::numeric_limits<float>::infinity(), high = -std::numeric_limits<float>::infinity();

    bool empty() const { return low > high; }
    void add(float value) {
        low = value < low ? value : low;  // so written, NaN changes nothing
        high = value > high ? value : high;
    }
    bool holds(float value) const { return low <= value && value <= high; }
    void add(const Extremes& other) {
        low = other.low < low ? other.low : low;
        high = other.high > high ? other.high : high;
    }
    bool operator==(const Extremes&) const = default;
};

/// The points of a curve, ascending by x, with the extremes of every 16, 512 and 4096 of them: below 12 bytes a point in all.
/// x keeps 44 bits behind its leading one (13 digits), y is a float. Nothing is moved when points are added, so adding costs the
/// same at any size. Where points are equally far apart, as those of a training mostly are, they are found without being read.
class CurveData {
    static constexpr size_t blockSize = 16, chunkSize = 512, regionSize = 4096;
    // The seven bytes of an x are the upper ones of a double, read as the lower ones of a word.
    static_assert(std::endian::native == std::endian::little);
    static constexpr size_t bytesOfX = 7, droppedBits = 8;

    /// The x of a chunk's points where they are equally far apart.
    struct Even {
        double begin = 0, step = 0, perStep = 0;  ///< step 0: they are not, or the chunk is not full
    };
    /// Lies so that a block of values is one line of the processor's cache.
    struct alignas(64) Chunk {
        std::array<float, chunkSize> y;
        std::array<Extremes, chunkSize / blockSize> blocks;
        Even even;
        std::array<unsigned char, bytesOfX * chunkSize + 1> x;  // one behind the last: eight bytes are read at once
    };

    static Even evenOf(const Chunk& chunk);
    /// The first of the equally far points that is not below x, if x lies clearly between two of them.
    static std::optional<size_t> placeIn(const Even& even, double x) {
        constexpr double clear = 1e-5;
        const double place = (x - even.begin) * even.perStep;
        if (!(place > 0 && place < chunkSize - 1)) return {};
        const auto below = static_cast<size_t>(place);
        const double share = place - static_cast<double>(below);
        return share < clear || share > 1 - clear ? std::nullopt : std::optional(below + 1);
    }
    static double xIn(const Chunk& chunk, size_t place) {
        uint64_t word = 0;
        std::memcpy(&word, &chunk.x[bytesOfX * place], sizeof word);
        return std::bit_cast<double>(word << droppedBits);
    }
    /// What `seek` answers, if the points around `guess` are equally far apart and x lies clearly between two of them.
    std::optional<size_t> seekEven(double x, size_t guess) const;

public:
    /// Adds a point behind the others; one with a smaller x than theirs is sorted in. A point without a finite x is left out.
    void append(double x, double y);
    void clear();

    size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    double x(size_t index) const { return xIn(*chunks_[index / chunkSize], index % chunkSize); }
    /// The same to a millionth of the distance between two points, mostly without reading it.
    double nearlyX(size_t index) const {
        const Even& even = chunks_[index / chunkSize]->even;
        return even.step > 0 ? even.begin + even.step * static_cast<double>(index % chunkSize) : x(index);
    }
    /// The value as it was given, infinities too.
    double y(size_t index) const;
    /// The value, or NaN where it is not finite.
    float finiteY(size_t index) const { return chunks_[index / chunkSize]->y[index % chunkSize]; }

    QPointF at(size_t index) const { return {x(index), y(index)}; }
    QVector<QPointF> points() const;
    /// The point whose x is nearest; there must be one.
    QPointF nearest(double x) const;

    /// The first point whose x is not below `x`.
    size_t lowerBound(double x) const { return seek(x, 0, size_ / 2); }
    /// The same from `from` on, quick where the answer is about `stride` further.
    size_t seek(double x, size_t from, size_t stride) const;
    /// Asks for the memory around a point, which will be needed soon.
    void prefetch(size_t index) const;
    /// Of the points [begin, end).
    Extremes extremes(size_t begin, size_t end) const;
    /// Walks over the points from left to right: what was read once is not read again.
    class Walk {
    public:
        explicit Walk(const CurveData& data) : data_(data) {}
        /// As `seek`, where x only grows.
        size_t seek(double x, size_t from, size_t stride);
        /// Of pieces that follow each other.
        Extremes extremes(size_t begin, size_t end);

    private:
        const CurveData& data_;
        size_t chunk_ = 0;
        Even even_;         ///< of that chunk
        size_t known_ = 0;  ///< where the last piece ended, within a block
        Extremes rest_;     ///< of that block from there on
    };
    /// Of those among them that have the sign of `sign`.
    Extremes extremesOfSign(size_t begin, size_t end, float sign) const;

    /// What is kept of an x.
    static double kept(double x) { return std::bit_cast<double>(packed(x) << droppedBits); }
    /// All memory that is held, that for points to come included.
    size_t bytes() const;

private:
    static uint64_t packed(double x) { return (std::bit_cast<uint64_t>(x) + (uint64_t{1} << (droppedBits - 1))) >> droppedBits; }
    /// Of the points of one block before one of them, and from it on.
    struct Cut {
        Extremes before, behind;
    };
    Cut cut(size_t index) const;
    /// Of the points [begin, end) of one block.
    Extremes scan(size_t begin, size_t end) const;
    /// Of whole blocks.
    Extremes whole(size_t begin, size_t end) const;
    void addLast(double x, float y);
    void insert(double x, float y);
    void truncate(size_t size);

    std::vector<std::unique_ptr<Chunk>> chunks_;
    std::vector<Extremes> chunkExtremes_, regionExtremes_;
    size_t size_ = 0;
};

}  // namespace gaplab::ui
