#include "core/gap/relay.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <span>

namespace gaplab {
namespace {

double meanOf(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Squared standard error of the mean.
double squaredError(std::span<const double> values) {
    if (values.size() < 2) return 0;
    const double mean = meanOf(values), count = static_cast<double>(values.size());
    double sum = 0;
    for (const double value : values)
        sum += (value - mean) * (value - mean);
    return sum / (count - 1) / count;
}

}  // namespace

void RelayTest::feed(double gap, double elapsed) {
    if (done_ || !std::isfinite(gap)) return;
    const size_t hold = static_cast<size_t>(std::max(2, options_.holdActs));
    epochs_ += elapsed;
    if (levels_.size() < 2 * hold) {
        levels_.push_back(gap);
        high_ = levels_.size() < hold;
        if (levels_.size() == 2 * hold) judgeLevels();
        return;
    }
    swing_.push_back(gap);
    const bool wasHigh = high_;
    // Where a greater drive widens the gap, a gap above the middle asks for the low level.
    high_ = (gap > middle_) != (result_.direction > 0);
    if (high_ != wasHigh) switches_.push_back(epochs_);
    if (std::ssize(swing_) >= options_.relayActs) judgeSwing();
}

void RelayTest::judgeLevels() {
    const size_t hold = levels_.size() / 2;
    const std::span<const double> all(levels_);
    const auto high = all.subspan(1, hold - 1), low = all.subspan(hold + 1, hold - 1);
    result_.difference = meanOf(high) - meanOf(low);
    result_.error = std::sqrt(squaredError(high) + squaredError(low));
    result_.direction = result_.difference >= 0 ? 1 : -1;
    result_.authority = std::abs(result_.difference) / (options_.high - options_.low);
    result_.found = std::abs(result_.difference) > 2 * result_.error && result_.authority > 0;
    middle_ = (meanOf(high) + meanOf(low)) / 2;
    done_ = !result_.found;
}

void RelayTest::judgeSwing() {
    done_ = true;
    const auto [least, greatest] = std::ranges::minmax(swing_);
    const double height = (options_.high - options_.low) / 2, amplitude = std::max(1e-6, (greatest - least) / 2);
    // Half a period between two switches; without two of them the whole phase was less than one.
    const double period = switches_.size() >= 2
                              ? 2 * (switches_.back() - switches_.front()) / static_cast<double>(switches_.size() - 1)
                              : 2 * epochs_;
    const double ultimate = 4 * height / (std::numbers::pi * amplitude);
    result_.kp = std::min(ultimate / 3.2, 0.4 / result_.authority);  // noise makes the swing look small
    result_.ki = result_.kp / (2.2 * std::max(period, 1e-6));
}

Json RelayTest::state() const {
    return {{"high", high_},
            {"done", done_},
            {"middle", middle_},
            {"epochs", epochs_},
            {"levels", levels_},
            {"swing", swing_},
            {"switches", switches_},
            {"found", result_.found},
            {"direction", result_.direction},
            {"authority", result_.authority},
            {"kp", result_.kp},
            {"ki", result_.ki},
            {"difference", result_.difference},
            {"error", result_.error}};
}

void RelayTest::restore(const Json& state) {
    high_ = state.at("high");
    done_ = state.at("done");
    middle_ = state.at("middle");
    epochs_ = state.at("epochs");
    levels_ = state.at("levels").get<std::vector<double>>();
    swing_ = state.at("swing").get<std::vector<double>>();
    switches_ = state.at("switches").get<std::vector<double>>();
    result_ = {.found = state.at("found"),
               .direction = state.at("direction"),
               .authority = state.at("authority"),
               .kp = state.at("kp"),
               .ki = state.at("ki"),
               .difference = state.at("difference"),
               .error = state.at("error")};
}

}  // namespace gaplab
