#include "core/data/images/resize.h"

#include <algorithm>
#include <cmath>

namespace gaplab {
namespace {

/// The source pixels that make one target pixel along one axis, with weights that sum to 1.
struct Window {
    int64_t first = 0;
    std::vector<double> weights;
};

/// `part` pixels of the source, begun at `offset`, become `target` pixels.
std::vector<Window> windows(int64_t source, double offset, double part, int64_t target) {
    const double step = part / static_cast<double>(target);
    const double reach = std::max(step, 1.0);
    std::vector<Window> all(static_cast<size_t>(target));
    for (int64_t i = 0; i < target; ++i) {
        const double center = offset + (static_cast<double>(i) + 0.5) * step;
        const auto first = std::max<int64_t>(0, static_cast<int64_t>(std::floor(center - reach)));
        const auto last = std::min<int64_t>(source - 1, static_cast<int64_t>(std::floor(center + reach)));
        Window& window = all[static_cast<size_t>(i)];
        window.first = first;
        double sum = 0.0;
        for (int64_t s = first; s <= last; ++s) {
            window.weights.push_back(std::max(0.0, 1.0 - std::abs(static_cast<double>(s) + 0.5 - center) / reach));
            sum += window.weights.back();
        }
        for (double& weight : window.weights)
            weight /= sum;
    }
    return all;
}

/// Every row of `image` scaled to the windows' number of pixels: [height, windows, 3].
std::vector<double> scaleRows(const DecodedImage& image, const std::vector<Window>& across) {
    std::vector<double> rows;
    rows.reserve(static_cast<size_t>(image.size.height) * across.size() * 3);
    for (int64_t y = 0; y < image.size.height; ++y)
        for (const Window& window : across)
            for (int64_t c = 0; c < 3; ++c) {
                const uint8_t* from = image.pixels.data() + (y * image.size.width + window.first) * 3 + c;
                double sum = 0.0;
                for (const double weight : window.weights) {
                    sum += weight * *from;
                    from += 3;
                }
                rows.push_back(sum);
            }
    return rows;
}

}  // namespace

DecodedImage resizeImage(const DecodedImage& image, ImageSize size) {
    if (image.size == size) return image;
    const auto sourceWidth = static_cast<double>(image.size.width), sourceHeight = static_cast<double>(image.size.height);
    const auto width = static_cast<double>(size.width), height = static_cast<double>(size.height);
    const double shrink = std::min(sourceWidth / width, sourceHeight / height);
    const double partWidth = width * shrink, partHeight = height * shrink;
    const auto across = windows(image.size.width, (sourceWidth - partWidth) / 2, partWidth, size.width);
    const auto down = windows(image.size.height, (sourceHeight - partHeight) / 2, partHeight, size.height);
    const std::vector<double> rows = scaleRows(image, across);
    const size_t stride = static_cast<size_t>(size.width) * 3;
    DecodedImage result{size, std::vector<uint8_t>(stride * static_cast<size_t>(size.height))};
    for (size_t y = 0; y < down.size(); ++y)
        for (size_t x = 0; x < stride; ++x) {
            double sum = 0.5;
            for (size_t k = 0; k < down[y].weights.size(); ++k)
                sum += down[y].weights[k] * rows[(static_cast<size_t>(down[y].first) + k) * stride + x];
            result.pixels[y * stride + x] = static_cast<uint8_t>(std::clamp(sum, 0.0, 255.0));
        }
    return result;
}

}  // namespace gaplab
