#pragma once

#include <cstdint>
#include <vector>

#include "core/data/small_picture.h"

/// Planes of bytes, [3, side, side].
using Planes = std::vector<uint8_t>;

/// Textured shapes on clutter, no two alike.
std::vector<Planes> drawnPictures(int count, int side = 32, uint64_t seed = 0);
gaplab::ImageRows rowsOf(const std::vector<Planes>& pictures, int64_t side = 32, int64_t channels = 3);

/// Moved right and down; edges repeat.
Planes moved(const Planes& picture, int right, int down, int side = 32);
Planes mapped(const Planes& picture, double gain, double added);
/// Written as JPEG and read again.
Planes reencoded(const Planes& picture, int quality, int side = 32);
