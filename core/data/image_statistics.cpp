#include "core/data/image_statistics.h"

#include <cmath>

#include "core/data/parallel.h"

namespace gaplab {
namespace {

/// Mean and standard deviation (of all pixels, not a sample) of what is added.
struct Spread {
    double n = 0, sum = 0, squares = 0;

    void add(double value) {
        ++n;
        sum += value;
        squares += value * value;
    }
    double mean() const { return n > 0 ? sum / n : 0; }
    double deviation() const { return std::sqrt(std::max(0.0, squares / std::max(n, 1.0) - mean() * mean())); }
};

/// Of one image; keeps its memory.
class Measurement {
public:
    explicit Measurement(const ImageRows& rows) : rows_(rows), luma_(static_cast<size_t>(rows.height * rows.width)) {}

    std::array<double, imageStatisticCount> of(int64_t row) {
        const uint8_t* red = rows_.images[static_cast<size_t>(row)];
        const auto pixels = luma_.size();
        const uint8_t* green = rows_.channels == 3 ? red + pixels : red;
        const uint8_t* blue = rows_.channels == 3 ? green + pixels : red;
        Spread luma, redGreen, yellowBlue;
        for (size_t i = 0; i < pixels; ++i) {
            const double r = red[i], g = green[i], b = blue[i];
            luma_[i] = 0.299 * r + 0.587 * g + 0.114 * b;
            luma.add(luma_[i]);
            redGreen.add(r - g);
            yellowBlue.add(0.5 * (r + g) - b);
        }
        const double colourfulness =
            std::hypot(redGreen.deviation(), yellowBlue.deviation()) + 0.3 * std::hypot(redGreen.mean(), yellowBlue.mean());
        return {luma.mean(), luma.deviation(), colourfulness, sharpness()};
    }

private:
    double sharpness() const {
        Spread laplacian;
        const auto width = static_cast<size_t>(rows_.width), height = static_cast<size_t>(rows_.height);
        for (size_t y = 1; y + 1 < height; ++y)
            for (size_t x = 1; x + 1 < width; ++x) {
                const double* at = luma_.data() + y * width + x;
                laplacian.add(at[-static_cast<ptrdiff_t>(width)] + at[width] + at[-1] + at[1] - 4 * at[0]);
            }
        return laplacian.deviation();
    }

    const ImageRows& rows_;
    std::vector<double> luma_;
};

}  // namespace

const std::array<ImageStatistic, imageStatisticCount>& imageStatistics() {
    static const std::array<ImageStatistic, imageStatisticCount> all = {
        {{"brightness", "mean of the luma"},
         {"contrast", "standard deviation of the luma"},
         {"colourfulness", "spread and strength of the colours; 0: grey"},
         {"sharpness", "standard deviation of the luma's Laplacian; noise raises it too"}}};
    return all;
}

std::vector<std::vector<double>> statisticsOf(const ImageRows& rows, int threads, const std::stop_token& stop) {
    std::vector<std::vector<double>> values(imageStatisticCount, std::vector<double>(rows.images.size()));
    parallelFor(rows.size(), {.threads = threads, .chunk = 256, .stop = stop}, [&](int64_t begin, int64_t end) {
        Measurement measure(rows);
        for (int64_t row = begin; row < end; ++row) {
            const auto measured = measure.of(row);
            for (size_t s = 0; s < measured.size(); ++s)
                values[s][static_cast<size_t>(row)] = measured[s];
        }
    });
    return values;
}

}  // namespace gaplab
