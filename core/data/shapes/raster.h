#pragma once

#include <vector>

#include "core/data/shapes/outlines.h"

namespace gaplab {

/// How much of each pixel of a square image a shape covers.
struct Coverage {
    int size = 0;
    int top = 0, bottom = 0;    ///< rows that may be covered: top .. bottom-1
    std::vector<float> pixels;  ///< 0..1, [size, size]; only the rows above are valid
};

/// Fills `coverage` (its memory is used again) with the shape, whose points are in pixels. Anti-aliased: exact across, four
/// scan lines a pixel down.
void rasterise(const std::vector<Contour>& contours, int size, Coverage& coverage);

}  // namespace gaplab
