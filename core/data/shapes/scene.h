#pragma once

#include <cstdint>
#include <vector>

#include "core/data/shapes/outlines.h"
#include "core/data/shapes/raster.h"
#include "core/data/shapes/texture.h"

namespace gaplab {

struct SceneOptions {
    int size = 32;            ///< pixels a side
    double difficulty = 0.5;  ///< 0..1: scales clutter, occlusion, pose, blur, light and noise up and contrast down
    int family = 0;           ///< whose outlines clutter is made of
};

/// What a picture shows; everything else about it comes from its seed.
struct Subject {
    const Outline& outline;
    const Texture& texture;
    bool grey = false;  ///< drawn without colour
};

/// Draws one image at a time; keeps its buffers between images, so each thread has its own.
class Painter {
public:
    explicit Painter(const SceneOptions& options);

    /// Draws the subject on a background among clutter, partly covered, lit from a side, blurred and noisy. `image`: uint8 [3,
    /// size, size].
    void paint(const Subject& subject, uint64_t seed, uint8_t* image);

private:
    struct Colour {
        float r, g, b;
    };
    struct Pose {
        Point center;
        float xx, xy, yx, yy;  ///< unit shape to pixels
    };
    class Dice;

    Colour colour(Dice& dice, float lightness, bool grey) const;
    void paintBackground(Dice& dice, float lightness, bool grey);
    void paintShape(const Outline& outline, const Pose& pose, const Texture& texture, Dice& dice, Colour first, Colour second);
    void paintClutter(Dice& dice, float lightness, bool grey, int count);
    void paintOccluder(Dice& dice, Point center, float radius, bool grey);
    void blur(float amount);
    void finish(Dice& dice, bool grey, uint8_t* image);
    Pose randomPose(Dice& dice) const;

    SceneOptions options_;
    std::vector<Colour> canvas_, spare_;
    std::vector<Contour> contours_;
    Coverage coverage_;
};

}  // namespace gaplab
