#include "core/data/images/decode.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/error.h"

namespace gaplab {
namespace {

const ImageFormat& formatOf(Bytes file) {
    if (file.empty()) throw inputError("the file is empty");
    for (const ImageFormat* format : {&jpegFormat, &pngFormat, &webpFormat, &bmpFormat})
        if (format->matches(file)) return *format;
    throw inputError("it is not a JPEG, PNG, WebP or BMP image");
}

}  // namespace

void checkImageSize(ImageSize size) {
    constexpr int64_t largestSide = 65'535, mostPixels = 64'000'000;
    if (size.width <= 0 || size.height <= 0) throw inputError("it says that it has no pixels");
    if (size.width > largestSide || size.height > largestSide || size.width * size.height > mostPixels)
        throw inputError(
            fmt::format("it says that it is {} x {} pixels large; more than 64 megapixels are refused", size.width, size.height));
}

DecodedImage overBlack(ImageSize size, const std::vector<uint8_t>& rgba) {
    DecodedImage image{size, std::vector<uint8_t>(rgba.size() / 4 * 3)};
    for (size_t i = 0, pixel = 0; pixel < rgba.size(); pixel += 4) {
        const unsigned alpha = rgba[pixel + 3];
        for (size_t c = 0; c < 3; ++c)
            image.pixels[i++] = static_cast<uint8_t>((rgba[pixel + c] * alpha + 127) / 255);
    }
    return image;
}

ImageSize readImageSize(Bytes file) {
    const ImageSize size = formatOf(file).size(file);
    checkImageSize(size);
    return size;
}

DecodedImage decodeImage(Bytes file) {
    return formatOf(file).decode(file);
}

bool hasImageExtension(const std::string& name) {
    std::string extension = std::filesystem::path(name).extension().string();
    std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    static const std::array<std::string, 5> known = {".jpg", ".jpeg", ".png", ".webp", ".bmp"};
    return std::ranges::find(known, extension) != known.end();
}

}  // namespace gaplab
