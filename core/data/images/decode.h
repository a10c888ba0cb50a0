#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gaplab {

struct ImageSize {
    int64_t width = 0;
    int64_t height = 0;
    bool operator==(const ImageSize&) const = default;
};

/// 8-bit RGB, interleaved, row by row from the top.
struct DecodedImage {
    ImageSize size;
    std::vector<uint8_t> pixels;
};

using Bytes = std::span<const uint8_t>;

/// One file format. `size` reads the header only. Both throw Error (Input) whose message is the bare reason ("the file ends in
/// the middle of the image"); the caller puts the path before it.
struct ImageFormat {
    bool (*matches)(Bytes file);
    ImageSize (*size)(Bytes file);
    DecodedImage (*decode)(Bytes file);
};

extern const ImageFormat jpegFormat, pngFormat, webpFormat, bmpFormat;

/// The format is told from the content; a PNG named .jpg is read as the PNG it is. Grey becomes RGB, what is transparent is laid
/// over black, 16 bits become 8, EXIF orientation is ignored. More than 64 megapixels are refused before anything is allocated.
ImageSize readImageSize(Bytes file);
DecodedImage decodeImage(Bytes file);

/// Whether the name ends like an image that can be read (.jpg, .jpeg, .png, .webp, .bmp, in any case).
bool hasImageExtension(const std::string& name);

/// Throws Error (Input) for empty or oversized images; each format calls it before it allocates.
void checkImageSize(ImageSize size);

/// RGBA, interleaved, to RGB over black.
DecodedImage overBlack(ImageSize size, const std::vector<uint8_t>& rgba);

}  // namespace gaplab
