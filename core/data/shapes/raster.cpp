#include "core/data/shapes/raster.h"

#include <algorithm>
#include <cmath>

namespace gaplab {
namespace {

constexpr int lines = 4;  // scan lines a pixel

/// Adds `amount` from `x` on to the right: to the part of the pixel it falls in, and by way of the running sum to all that
/// follow.
void addFrom(float* row, int size, float x, float amount) {
    x = std::clamp(x, 0.0F, static_cast<float>(size));
    const int pixel = static_cast<int>(x);
    const float part = x - static_cast<float>(pixel);
    if (pixel < size) row[pixel] += amount * (1.0F - part);
    if (pixel + 1 < size) row[pixel + 1] += amount * part;
}

/// The scan lines between the edge's ends; downward edges add, upward edges take away.
void addEdge(Point from, Point to, Coverage& coverage) {
    const float direction = (from.y < to.y ? 1.0F : -1.0F) / lines;
    if (from.y > to.y) std::swap(from, to);
    const auto lineBelow = [](float y) {
        return static_cast<int>(std::ceil(y * lines - 0.5F));
    };  // lines lie at (k + 0.5) / lines
    const int first = std::max(0, lineBelow(from.y)), end = std::min(coverage.size * lines, lineBelow(to.y));
    const float slope = (to.x - from.x) / (to.y - from.y);
    for (int line = first; line < end; ++line) {
        const float y = (static_cast<float>(line) + 0.5F) / lines;
        addFrom(coverage.pixels.data() + (line / lines) * coverage.size, coverage.size, from.x + (y - from.y) * slope, direction);
    }
}

}  // namespace

void rasterise(const std::vector<Contour>& contours, int size, Coverage& coverage) {
    float low = static_cast<float>(size), high = 0.0F;
    for (const Contour& contour : contours)
        for (const Point& point : contour) {
            low = std::min(low, point.y);
            high = std::max(high, point.y);
        }
    coverage.size = size;
    coverage.top = std::clamp(static_cast<int>(std::floor(low)), 0, size);
    coverage.bottom = std::clamp(static_cast<int>(std::ceil(high)) + 1, coverage.top, size);
    coverage.pixels.resize(static_cast<size_t>(size * size));
    std::fill(coverage.pixels.begin() + coverage.top * size, coverage.pixels.begin() + coverage.bottom * size, 0.0F);
    for (const Contour& contour : contours)
        for (size_t i = 0; i < contour.size(); ++i)
            addEdge(contour[i], contour[(i + 1) % contour.size()], coverage);
    for (int y = coverage.top; y < coverage.bottom; ++y) {
        float* row = coverage.pixels.data() + y * size;
        float sum = 0.0F;
        for (int x = 0; x < size; ++x) {
            sum += row[x];
            row[x] = std::min(std::abs(sum), 1.0F);
        }
    }
}

}  // namespace gaplab
