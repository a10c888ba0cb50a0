#pragma once

#include <string>
#include <vector>

namespace gaplab {

struct Point {
    float x = 0.0F;
    float y = 0.0F;
};
using Contour = std::vector<Point>;

/// A shape around the origin whose farthest point is 1 away. Holes run the other way round than what they are cut from.
struct Outline {
    std::string name;
    std::vector<Contour> contours;
};

/// The 20 shapes of a family (0 or 1); no shape is in both. Neighbours in the list are alike on purpose.
const std::vector<Outline>& outlines(int family);

/// Corners on the unit circle, the first at the top, turned by `turn` radians.
Contour regularPolygon(int count, double turn = 0.0);

}  // namespace gaplab
