#include "tests/data/small_pictures.h"

#include <algorithm>

#include "core/base/random.h"
#include "core/data/shapes/scene.h"
#include "tests/data/pictures.h"

std::vector<Planes> drawnPictures(int count, int side, uint64_t seed) {
    gaplab::Painter painter({.size = side});
    std::vector<Planes> pictures(static_cast<size_t>(count), Planes(static_cast<size_t>(3 * side * side)));
    for (size_t i = 0; i < pictures.size(); ++i)
        painter.paint({gaplab::outlines(0)[i % 20], gaplab::textures()[i % 10]}, gaplab::deriveSeed(seed, "picture", i),
                      pictures[i].data());
    return pictures;
}

gaplab::ImageRows rowsOf(const std::vector<Planes>& pictures, int64_t side, int64_t channels) {
    gaplab::ImageRows rows{.channels = channels, .height = side, .width = side};
    for (const Planes& picture : pictures)
        rows.images.push_back(picture.data());
    return rows;
}

Planes moved(const Planes& picture, int right, int down, int side) {
    Planes result(picture.size());
    for (int c = 0; c < 3; ++c)
        for (int y = 0; y < side; ++y)
            for (int x = 0; x < side; ++x)
                result[static_cast<size_t>((c * side + y) * side + x)] = picture[static_cast<size_t>(
                    (c * side + std::clamp(y - down, 0, side - 1)) * side + std::clamp(x - right, 0, side - 1))];
    return result;
}

Planes mapped(const Planes& picture, double gain, double added) {
    Planes result = picture;
    for (uint8_t& value : result)
        value = static_cast<uint8_t>(std::clamp(value * gain + added, 0.0, 255.0));
    return result;
}

Planes reencoded(const Planes& picture, int quality, int side) {
    const auto pixels = static_cast<size_t>(side * side);
    gaplab::DecodedImage image{.size = {side, side}, .pixels = std::vector<uint8_t>(3 * pixels)};
    for (size_t i = 0; i < pixels; ++i)
        for (size_t c = 0; c < 3; ++c)
            image.pixels[3 * i + c] = picture[c * pixels + i];
    const gaplab::DecodedImage again = gaplab::decodeImage(jpegOf(image, quality));
    Planes result(picture.size());
    for (size_t i = 0; i < pixels; ++i)
        for (size_t c = 0; c < 3; ++c)
            result[c * pixels + i] = again.pixels[3 * i + c];
    return result;
}
