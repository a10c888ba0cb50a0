#include <algorithm>
#include <string_view>
#include <webp/decode.h>

#include "core/base/error.h"
#include "core/data/images/decode.h"

namespace gaplab {
namespace {

bool matches(Bytes file) {
    const auto holds = [&](size_t at, std::string_view text) {
        return std::equal(text.begin(), text.end(), file.begin() + static_cast<std::ptrdiff_t>(at));
    };
    return file.size() >= 12 && holds(0, "RIFF") && holds(8, "WEBP");
}

ImageSize size(Bytes file) {
    WebPBitstreamFeatures features;
    if (WebPGetFeatures(file.data(), file.size(), &features) != VP8_STATUS_OK) throw inputError("its WebP header is broken");
    if (features.has_animation) throw inputError("it is an animation; only still images are read");
    return {features.width, features.height};
}

DecodedImage decode(Bytes file) {
    const ImageSize dimensions = size(file);
    checkImageSize(dimensions);
    std::vector<uint8_t> rgba(static_cast<size_t>(dimensions.width * dimensions.height * 4));
    if (!WebPDecodeRGBAInto(file.data(), file.size(), rgba.data(), rgba.size(), static_cast<int>(dimensions.width * 4)))
        throw inputError("its WebP data is broken or ends too early");
    return overBlack(dimensions, rgba);
}

}  // namespace

const ImageFormat webpFormat{matches, size, decode};

}  // namespace gaplab
