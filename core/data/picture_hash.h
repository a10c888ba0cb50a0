#pragma once

#include <array>
#include <cstdint>

#include "core/data/small_picture.h"

namespace gaplab {

/// The moves at which a picture's window is hashed: none first, then half of the others. A copy that is moved the other way round
/// is found from the copy.
constexpr size_t moveCount = 13;
const std::array<Move, moveCount>& pictureMoves();

/// Perceptual hashes of a picture's window at each of the moves, 64 bits: whether each of the lowest 8 x 8 terms of its cosine
/// transform is above their median. The mean of the picture has no say.
using PictureHashes = std::array<uint64_t, moveCount>;
PictureHashes pictureHashes(const SmallPlane& luma);

}  // namespace gaplab
