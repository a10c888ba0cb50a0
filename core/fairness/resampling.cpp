#include "core/fairness/resampling.h"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/normal.hpp>

namespace gaplab::fairness {
namespace {

/// Between the two draws next to it, as Hyndman and Fan's type 7.
double quantile(const std::vector<double>& sorted, double probability) {
    const double place = probability * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<size_t>(place);
    const size_t above = std::min(below + 1, sorted.size() - 1);
    return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

/// How much of the bias is left where all of it is noise, as part of that which the bootstrap sees: a distance of two equal rates
/// with noise s is on average s sqrt(2/pi) too large; its resamples, with noise s sqrt 2, only (sqrt 2 - 1) as much larger again.
/// So 1 / (sqrt 2 - 1) - 1 = 1.41 of it is left; larger distances leave less.
constexpr double biasLeft = 1.5;

}  // namespace

ImageBootstrap::ImageBootstrap(const Answers& network, const Answers* reference, const Groups& groups, int classes)
    : cellOfImage_(network.images()), classes_(classes), groups_(groups.count()), compares_(reference != nullptr) {
    std::vector<Cell> ofImage;
    ofImage.reserve(network.images());
    for (size_t i = 0; i < network.images(); ++i)
        ofImage.push_back({network.labels[i], network.predictions[i], reference ? reference->predictions[i] : 0,
                           groups.ofImage.empty() ? -1 : groups.ofImage[i]});
    cells_ = ofImage;
    std::ranges::sort(cells_);
    cells_.erase(std::unique(cells_.begin(), cells_.end()), cells_.end());
    for (size_t i = 0; i < ofImage.size(); ++i)
        cellOfImage_[i] = static_cast<uint32_t>(std::ranges::lower_bound(cells_, ofImage[i]) - cells_.begin());
}

void ImageBootstrap::run(int draws, uint64_t seed, const std::function<void(const Tally&, const Tally&)>& use) const {
    Tally network(classes_, groups_), reference(classes_, groups_);
    std::vector<int32_t> counts(cells_.size());
    for (int draw = 0; draw < draws; ++draw) {
        Random random(deriveSeed(seed, "bootstrap of images", static_cast<uint64_t>(draw)));
        std::ranges::fill(counts, 0);
        drawWithReplacement(cellOfImage_.size(), random, [&](size_t image) { ++counts[cellOfImage_[image]]; });
        network.clear();
        reference.clear();
        for (size_t i = 0; i < cells_.size(); ++i) {
            if (counts[i] == 0) continue;
            const Cell& cell = cells_[i];
            network.add(cell.label, cell.prediction, cell.group, counts[i]);
            if (compares_) reference.add(cell.label, cell.ofReference, cell.group, counts[i]);
        }
        use(network, reference);
    }
}

std::optional<Interval> percentileInterval(std::vector<double> values, size_t draws, double level) {
    std::erase_if(values, [](double each) { return !std::isfinite(each); });
    if (values.size() < 2 || values.size() * 10 < draws * 9) return std::nullopt;
    std::ranges::sort(values);
    return Interval{quantile(values, (1 - level) / 2), quantile(values, (1 + level) / 2)};
}

Estimate biasCorrected(std::optional<double> value, std::vector<double> draws, double level, Interval range) {
    Estimate estimate{.value = value};
    const size_t drawn = draws.size();
    std::erase_if(draws, [](double each) { return !std::isfinite(each); });
    if (!value || draws.size() < 2 || draws.size() * 10 < drawn * 9) return estimate;
    const Summary summary = summarise(draws);
    estimate.bias = summary.mean - *value;
    const double z = boost::math::quantile(boost::math::complement(boost::math::normal(), (1 - level) / 2));
    const double middle = *value - estimate.bias, half = z * summary.sd + biasLeft * std::abs(estimate.bias);
    estimate.interval =
        Interval{std::clamp(middle - half, range.low, range.high), std::clamp(middle + half, range.low, range.high)};
    return estimate;
}

}  // namespace gaplab::fairness
