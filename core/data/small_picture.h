#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace gaplab {

/// Images of one size: planes of bytes, [C, H, W] each, 3 channels or 1.
struct ImageRows {
    std::vector<const uint8_t*> images = {};
    int64_t channels = 3, height = 0, width = 0;

    int64_t size() const { return static_cast<int64_t>(images.size()); }
};

constexpr int smallSide = 32;                          ///< of the pictures in which images are compared, whatever their size
constexpr int mostMoved = 2;                           ///< their pixels by which a copy may be moved in each direction
constexpr int windowSide = smallSide - 2 * mostMoved;  ///< what two pictures that are moved against each other have in common

/// By how much a window lies right of and below the middle; -mostMoved to mostMoved.
struct Move {
    int x = 0, y = 0;
};

/// One plane, row by row.
using SmallPlane = std::array<float, smallSide * smallSide>;

/// The luma (ITU-R BT.601) of an image, 0 to 255; each pixel the mean of what it covers.
void smallLuma(const ImageRows& rows, int64_t row, SmallPlane& luma);

/// How alike two images look.
class PictureComparison {
public:
    explicit PictureComparison(const ImageRows& rows) : rows_(rows) {}

    /// The correlation of the window of one picture, moved, with the middle window of another, in cells of 2 x 2 pixels, over
    /// all channels with the mean of each taken off: brighter, darker and paler copies stay alike. 0 where one of them is flat (a
    /// contrast below 4 levels, which is noise alone), has more than twice the other's contrast, or another colour altogether.
    double operator()(int64_t first, Move move, int64_t second);

private:
    void cut(int64_t row, Move move, std::vector<float>& cells);

    const ImageRows& rows_;
    SmallPlane plane_{};
    std::vector<float> first_ = {}, second_ = {};
};

}  // namespace gaplab
