#include "core/train/schedule.h"

#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "core/base/error.h"

namespace gaplab {
namespace {

double cosineBetween(double from, double to, double fraction) {
    return to + (from - to) * 0.5 * (1.0 + std::cos(std::numbers::pi * fraction));
}

}  // namespace

double learningRate(const Json& schedule, double base, const ScheduleTime& time) {
    const std::string kind = schedule.at("kind");
    const auto perEpoch = static_cast<double>(time.stepsPerEpoch);
    const double warmupSteps = schedule.value("warmup", 0.0) * perEpoch;
    const auto step = static_cast<double>(time.step);
    if (step < warmupSteps) return base * (step + 1.0) / (warmupSteps + 1.0);

    const double total = static_cast<double>(time.epochs) * perEpoch;
    const double fraction = std::min(1.0, (step - warmupSteps) / std::max(1.0, total - warmupSteps));
    if (kind == "constant") return base;
    if (kind == "step") {
        double rate = base;
        for (const double milestone : schedule.value("milestones", std::vector<double>{}))
            if (step >= milestone * perEpoch) rate *= schedule.at("gamma").get<double>();
        return rate;
    }
    if (kind == "cosine") return cosineBetween(base, schedule.at("minimum"), fraction);
    if (kind == "one_cycle") {
        constexpr double rise = 0.3;
        if (fraction < rise) return base / 25.0 + (base - base / 25.0) * fraction / rise;
        return cosineBetween(base, base / 25e4, (fraction - rise) / (1.0 - rise));
    }
    throw inputError(fmt::format("There is no schedule \"{}\"", kind));
}

}  // namespace gaplab
