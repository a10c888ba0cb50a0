#include "core/data/picture_hash.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gaplab {
namespace {

constexpr int terms = 8;

/// cosines[x][u]: the value of the term u at x.
using Cosines = std::array<std::array<float, terms>, windowSide>;

const Cosines& cosines() {
    static const Cosines table = [] {
        Cosines values{};
        for (size_t x = 0; x < windowSide; ++x)
            for (size_t u = 0; u < terms; ++u)
                values[x][u] = static_cast<float>(std::cos(std::numbers::pi * static_cast<double>(u) *
                                                           (2.0 * static_cast<double>(x) + 1) / (2.0 * windowSide)));
        return values;
    }();
    return table;
}

/// columns[v][x]: the terms down each column, of the window that lies `y` below the middle.
using Columns = std::array<std::array<float, smallSide>, terms>;

Columns columnsOf(const SmallPlane& luma, int y) {
    Columns columns{};
    for (size_t row = 0; row < windowSide; ++row) {
        const float* values = luma.data() + (row + static_cast<size_t>(mostMoved + y)) * smallSide;
        for (size_t v = 0; v < terms; ++v)
            for (size_t x = 0; x < smallSide; ++x)
                columns[v][x] += cosines()[row][v] * values[x];
    }
    return columns;
}

uint64_t hashOf(const Columns& columns, int move) {
    std::array<float, terms * terms> found{};
    for (size_t v = 0; v < terms; ++v)
        for (size_t x = 0; x < windowSide; ++x)
            for (size_t u = 0; u < terms; ++u)
                found[v * terms + u] += columns[v][x + static_cast<size_t>(mostMoved + move)] * cosines()[x][u];
    std::array<float, terms * terms - 1> sorted{};
    std::copy(found.begin() + 1, found.end(), sorted.begin());
    const auto middle = sorted.begin() + sorted.size() / 2;
    std::nth_element(sorted.begin(), middle, sorted.end());
    uint64_t hash = 0;
    for (size_t i = 1; i < found.size(); ++i)
        hash |= static_cast<uint64_t>(found[i] > *middle) << i;
    return hash;
}

}  // namespace

const std::array<Move, moveCount>& pictureMoves() {
    static const std::array<Move, moveCount> moves = [] {
        std::array<Move, moveCount> all{};
        size_t next = 0;
        for (int y = 0; y <= mostMoved; ++y)
            for (int x = y == 0 ? 0 : -mostMoved; x <= mostMoved; ++x)
                all[next++] = {x, y};
        return all;
    }();
    return moves;
}

PictureHashes pictureHashes(const SmallPlane& luma) {
    std::array<Columns, mostMoved + 1> columns{};
    for (int y = 0; y <= mostMoved; ++y)
        columns[static_cast<size_t>(y)] = columnsOf(luma, y);
    PictureHashes hashes{};
    for (size_t i = 0; i < moveCount; ++i)
        hashes[i] = hashOf(columns[static_cast<size_t>(pictureMoves()[i].y)], pictureMoves()[i].x);
    return hashes;
}

}  // namespace gaplab
