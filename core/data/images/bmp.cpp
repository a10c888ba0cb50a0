#include <cstdlib>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/data/images/decode.h"

namespace gaplab {
namespace {

uint32_t word(Bytes file, size_t at, size_t bytes) {
    if (at + bytes > file.size()) throw inputError("the file ends in the middle of the image");
    uint32_t value = 0;
    for (size_t i = 0; i < bytes; ++i)
        value |= static_cast<uint32_t>(file[at + i]) << (8 * i);
    return value;
}

/// The layout of an uncompressed bitmap: BITMAPFILEHEADER (14 bytes) and BITMAPINFOHEADER (40 bytes or more).
struct Layout {
    ImageSize size;
    bool topDown = false;
    size_t bits = 0;
    size_t pixels = 0;   ///< offset of the first row
    size_t palette = 0;  ///< offset of the colour table, 4 bytes a colour
    size_t colours = 0;
};

Layout readLayout(Bytes file) {
    Layout layout;
    const uint32_t headerSize = word(file, 14, 4);
    if (headerSize < 40) throw inputError("it is a BMP of the OS/2 kind, which is not read; save it as PNG");
    const auto height = static_cast<int32_t>(word(file, 22, 4));
    layout.size = {static_cast<int32_t>(word(file, 18, 4)), std::abs(int64_t{height})};
    layout.topDown = height < 0;
    layout.bits = word(file, 28, 2);
    layout.pixels = word(file, 10, 4);
    layout.palette = 14 + size_t{headerSize};
    const uint32_t compression = word(file, 30, 4);
    const bool usualMasks = compression == 3 && layout.bits == 32 && word(file, 54, 4) == 0xff0000 &&
                            word(file, 58, 4) == 0xff00 && word(file, 62, 4) == 0xff;
    if ((compression != 0 && !usualMasks) || (layout.bits != 8 && layout.bits != 24 && layout.bits != 32))
        throw inputError(fmt::format(
            "it is a BMP with {} bits a pixel and compression {}; only 8, 24 and 32 bits without compression are read",
            layout.bits, compression));
    layout.colours = word(file, 46, 4) == 0 ? 256 : word(file, 46, 4);
    return layout;
}

bool matches(Bytes file) {
    return file.size() >= 2 && file[0] == 'B' && file[1] == 'M';
}

ImageSize size(Bytes file) {
    return readLayout(file).size;
}

DecodedImage decode(Bytes file) {
    const Layout layout = readLayout(file);
    checkImageSize(layout.size);
    const auto width = static_cast<size_t>(layout.size.width), height = static_cast<size_t>(layout.size.height);
    const size_t stride = (width * layout.bits / 8 + 3) / 4 * 4;
    if (layout.pixels > file.size() || file.size() - layout.pixels < stride * height)
        throw inputError("the file ends in the middle of the image");
    DecodedImage image{layout.size, std::vector<uint8_t>(width * height * 3)};
    for (size_t y = 0; y < height; ++y) {
        const Bytes row = file.subspan(layout.pixels + stride * (layout.topDown ? y : height - 1 - y), stride);
        for (size_t x = 0; x < width; ++x) {
            const size_t index = row[x * layout.bits / 8];
            if (layout.bits == 8 && index >= layout.colours)
                throw inputError(fmt::format("it uses colour {} of {}", index, layout.colours));
            const uint32_t colour =
                layout.bits == 8 ? word(file, layout.palette + 4 * index, 3) : word(row, x * layout.bits / 8, 3);
            for (size_t c = 0; c < 3; ++c)
                image.pixels[(y * width + x) * 3 + c] = static_cast<uint8_t>(colour >> (16 - 8 * c));
        }
    }
    return image;
}

}  // namespace

const ImageFormat bmpFormat{matches, size, decode};

}  // namespace gaplab
