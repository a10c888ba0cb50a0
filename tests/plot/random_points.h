#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <QPointF>

namespace gaplab::ui {

/// Points as a training may give them, and worse: clustered and repeated x, spikes, values that are not finite.
inline std::vector<QPointF> randomPoints(uint32_t seed, size_t size) {
    std::mt19937 random(seed);
    const auto uniform = [&random] { return std::uniform_real_distribution(0.0, 1.0)(random); };
    const double missing = uniform() < 0.5 ? 0 : 0.3 * uniform();
    const bool regular = uniform() < 0.4;
    double x = uniform() < 0.5 ? 1e-3 : 100 * (uniform() - 0.5);
    std::vector<QPointF> points;
    for (size_t i = 0; i < size; ++i) {
        x += regular ? 0.25 : uniform() < 0.1 ? 0 : std::pow(10, 4 * uniform() - 3);
        double y = 10 * (uniform() - 0.3) + (uniform() < 0.01 ? 1000 : 0);
        if (uniform() < missing) y = std::numeric_limits<double>::quiet_NaN();
        if (uniform() < missing / 10) y = (uniform() < 0.5 ? -1 : 1) * std::numeric_limits<double>::infinity();
        points.emplace_back(x, y);
    }
    return points;
}

}  // namespace gaplab::ui
