#include "core/data/small_picture.h"

#include <algorithm>
#include <cmath>

namespace gaplab {
namespace {

constexpr int cellSide = 2, cellsAcross = windowSide / cellSide, cellsOfPlane = cellsAcross * cellsAcross;
constexpr double leastContrast = 4;  // levels
constexpr double mostRatio = 2;      // of the contrasts
constexpr double mostColour = 64;    // levels between the means of a channel

/// Adds one plane, brought to the small size, times `weight`.
void shrink(const uint8_t* plane, int64_t height, int64_t width, float weight, SmallPlane& into) {
    for (int64_t y = 0; y < smallSide; ++y) {
        const int64_t top = y * height / smallSide, bottom = std::max(top + 1, (y + 1) * height / smallSide);
        for (int64_t x = 0; x < smallSide; ++x) {
            const int64_t left = x * width / smallSide, right = std::max(left + 1, (x + 1) * width / smallSide);
            uint32_t sum = 0;
            for (int64_t row = top; row < bottom; ++row)
                for (int64_t column = left; column < right; ++column)
                    sum += plane[row * width + column];
            into[static_cast<size_t>(y * smallSide + x)] +=
                weight * static_cast<float>(sum) / static_cast<float>((bottom - top) * (right - left));
        }
    }
}

/// Of one channel of two pictures: the sums that their correlation is made of, means taken off.
struct Moments {
    double meanOfFirst = 0, meanOfSecond = 0, ofFirst = 0, ofSecond = 0, ofBoth = 0;
};

Moments momentsOf(const float* first, const float* second) {
    constexpr double n = cellsOfPlane;
    double a = 0, b = 0, aa = 0, bb = 0, ab = 0;
    for (int i = 0; i < cellsOfPlane; ++i) {
        const double x = first[i], y = second[i];
        a += x, b += y, aa += x * x, bb += y * y, ab += x * y;
    }
    return {a / n, b / n, aa - a * a / n, bb - b * b / n, ab - a * b / n};
}

}  // namespace

void smallLuma(const ImageRows& rows, int64_t row, SmallPlane& luma) {
    luma.fill(0);
    constexpr std::array weights = {0.299F, 0.587F, 0.114F};
    const uint8_t* image = rows.images[static_cast<size_t>(row)];
    for (int64_t c = 0; c < rows.channels; ++c)
        shrink(image + c * rows.height * rows.width, rows.height, rows.width,
               rows.channels == 3 ? weights[static_cast<size_t>(c)] : 1, luma);
}

void PictureComparison::cut(int64_t row, Move move, std::vector<float>& cells) {
    cells.assign(static_cast<size_t>(rows_.channels) * cellsOfPlane, 0);
    for (int64_t c = 0; c < rows_.channels; ++c) {
        plane_.fill(0);
        shrink(rows_.images[static_cast<size_t>(row)] + c * rows_.height * rows_.width, rows_.height, rows_.width, 1, plane_);
        float* into = cells.data() + c * cellsOfPlane;
        for (int y = 0; y < windowSide; ++y)
            for (int x = 0; x < windowSide; ++x)
                into[y / cellSide * cellsAcross + x / cellSide] +=
                    plane_[static_cast<size_t>((y + mostMoved + move.y) * smallSide + x + mostMoved + move.x)] /
                    (cellSide * cellSide);
    }
}

double PictureComparison::operator()(int64_t first, Move move, int64_t second) {
    cut(first, move, first_);
    cut(second, {}, second_);
    double ofFirst = 0, ofSecond = 0, ofBoth = 0;
    for (int64_t c = 0; c < rows_.channels; ++c) {
        const Moments channel = momentsOf(first_.data() + c * cellsOfPlane, second_.data() + c * cellsOfPlane);
        if (std::abs(channel.meanOfFirst - channel.meanOfSecond) > mostColour) return 0;
        ofFirst += channel.ofFirst;
        ofSecond += channel.ofSecond;
        ofBoth += channel.ofBoth;
    }
    const auto [low, high] = std::minmax(ofFirst, ofSecond);
    const double flat = leastContrast * leastContrast * static_cast<double>(first_.size());
    if (low < flat || high > mostRatio * mostRatio * low) return 0;
    return std::max(0.0, ofBoth / std::sqrt(low * high));
}

}  // namespace gaplab
