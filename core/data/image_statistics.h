#pragma once

#include <array>
#include <stop_token>
#include <string>
#include <vector>

#include "core/data/small_picture.h"

namespace gaplab {

/// A number that is told of each image.
struct ImageStatistic {
    std::string name;  ///< "brightness", "contrast", "colourfulness", "sharpness"
    std::string help;
};

/// In levels of 0 to 255: mean of the luma (ITU-R BT.601), its standard deviation, colourfulness (D. Hasler and S. E. Suesstrunk,
/// Measuring colourfulness in natural images, 2003; 0 of a grey image), and the standard deviation of the luma's Laplacian (J. L.
/// Pech-Pacheco et al., ICPR 2000, use its square as a measure of focus; noise raises it too).
constexpr size_t imageStatisticCount = 4;
const std::array<ImageStatistic, imageStatisticCount>& imageStatistics();

/// [statistic][row]. Throws Error (Stopped).
std::vector<std::vector<double>> statisticsOf(const ImageRows& rows, int threads = 0, const std::stop_token& stop = {});

}  // namespace gaplab
