#include "core/fairness/calibration.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gaplab::fairness {
namespace {

constexpr int binCount = 15;

struct Bins {
    std::array<double, binCount> surplus{};  ///< sum of confidence - right
    int64_t images = 0;

    void add(double confidence, bool right) {
        // bins are open below and closed above, as in the papers
        const int bin = std::clamp(static_cast<int>(std::ceil(confidence * binCount)) - 1, 0, binCount - 1);
        surplus[static_cast<size_t>(bin)] += confidence - (right ? 1 : 0);
        ++images;
    }
    double error() const {
        double sum = 0;
        for (const double each : surplus)
            sum += std::abs(each);
        return sum / static_cast<double>(images);
    }
};

}  // namespace

std::vector<std::optional<double>> calibrationErrors(const Answers& answers, int classes, int64_t leastImages) {
    std::vector<std::optional<double>> errors;
    if (answers.confidences.empty()) return errors;
    std::vector<Bins> bins(static_cast<size_t>(classes));
    for (size_t i = 0; i < answers.images(); ++i)
        bins[static_cast<size_t>(answers.predictions[i])].add(answers.confidences[i], answers.isRight(i));
    for (const Bins& each : bins)
        errors.push_back(each.images < std::max<int64_t>(1, leastImages) ? std::nullopt : std::optional(each.error()));
    return errors;
}

std::optional<double> calibrationError(const Answers& answers) {
    if (answers.confidences.empty()) return std::nullopt;
    Bins bins;
    for (size_t i = 0; i < answers.images(); ++i)
        bins.add(answers.confidences[i], answers.isRight(i));
    return bins.error();
}

}  // namespace gaplab::fairness
