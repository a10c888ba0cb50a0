#pragma once

#include <string>
#include <vector>

namespace gaplab {

/// A pattern of two colours over the plane.
struct Texture {
    std::string name;  ///< an adjective
    /// The share of the second colour, 0..1, at a point given in periods of the pattern. `sharpness` is the period in pixels:
    /// edges are about a pixel wide.
    float (*value)(float u, float v, float sharpness);
};

/// The ten textures. Neighbours in the list are alike on purpose.
const std::vector<Texture>& textures();

}  // namespace gaplab
