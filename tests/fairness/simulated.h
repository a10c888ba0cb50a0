#pragma once

#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/fairness/answers.h"

namespace gaplab::fairness {

/// How often a simulation runs: GAPLAB_ROUNDS times as often where that is set.
inline int rounds(int usual) {
    const char* times = std::getenv("GAPLAB_ROUNDS");
    return times ? usual * std::atoi(times) : usual;
}

/// Four standard errors of a share that is seen in so many rounds.
inline double slack(double share, int rounds) {
    return 4 * std::sqrt(share * (1 - share) / rounds);
}

inline bool near(double left, double right, double tolerance = 1e-12) {
    return std::abs(left - right) <= tolerance * std::max({1.0, std::abs(left), std::abs(right)});
}

/// `perClass` images of each class, in order.
inline std::vector<int> labelsOf(int classes, int perClass) {
    std::vector<int> labels;
    for (int c = 0; c < classes; ++c)
        labels.insert(labels.end(), static_cast<size_t>(perClass), c);
    return labels;
}

/// Right or else the next class.
inline int answer(int label, bool right, int classes) {
    return right ? label : (label + 1) % classes;
}

inline Groups groupsOf(std::vector<int> ofImage, int count) {
    Groups groups{.ofImage = std::move(ofImage)};
    for (int g = 0; g < count; ++g)
        groups.names.push_back("group " + std::to_string(g));
    return groups;
}

}  // namespace gaplab::fairness
