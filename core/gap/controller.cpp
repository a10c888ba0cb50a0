#include "core/gap/controller.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace gaplab {
namespace {

void requireSense(const ControlLaw& law) {
    const bool sensible = law.minimum < law.maximum && (!law.logarithmic || law.minimum > 0) && law.limit > 0 && law.kp >= 0 &&
                          law.ki >= 0 && std::abs(law.direction) == 1;
    if (!sensible) throw inputError("The controller's gains or bounds make no sense");
}

/// Straight lines between the points, constant outside.
double interpolated(const std::vector<std::pair<double, double>>& points, double at) {
    if (at <= points.front().first) return points.front().second;
    for (size_t i = 1; i < points.size(); ++i)
        if (at <= points[i].first) {
            const double way = (at - points[i - 1].first) / (points[i].first - points[i - 1].first);
            return points[i - 1].second + way * (points[i].second - points[i - 1].second);
        }
    return points.back().second;
}

}  // namespace

Controller::Controller(ControlLaw law) : law_(std::move(law)) {
    requireSense(law_);
    drive_ = toDrive(std::clamp(law_.start, law_.minimum, law_.maximum));
}

double Controller::toDrive(double value) const {
    return law_.logarithmic ? std::log2(value) : value;
}

double Controller::value() const {
    return std::clamp(law_.logarithmic ? std::exp2(drive_) : drive_, law_.minimum, law_.maximum);
}

double Controller::schedule() const {
    if (law_.authority.empty()) return 1;
    const double reference = law_.authority.back().second;  // next to where the actuator is neutral
    return std::min(1.0, reference / std::max(1e-9, interpolated(law_.authority, drive_)));
}

Controller::Act Controller::act(double error, double elapsed, bool holdIntegral, double gain) {
    if (!std::isfinite(error)) return {value(), false};
    const double low = toDrive(law_.minimum), high = toDrive(law_.maximum), scale = gain * schedule();
    const double origin = toDrive(std::clamp(law_.start, law_.minimum, law_.maximum));
    const double step = holdIntegral ? 0.0 : law_.ki * scale * error * elapsed;
    const auto wanted = [&](double integral) { return origin - law_.direction * (law_.kp * scale * error + integral); };
    const auto allowed = [&](double drive) {
        return std::clamp(std::clamp(drive, low, high), drive_ - law_.limit, drive_ + law_.limit);
    };
    const double asked = wanted(integral_ + step), reached = allowed(asked);
    // The step pushes the drive by -direction * step: it counts unless the drive is already held back that way.
    const double push = -law_.direction * step;
    const bool held = (asked > reached && push > 0) || (asked < reached && push < 0);
    if (held) {  // as far as the bound only
        const double enough = law_.direction * (origin - reached) - law_.kp * scale * error;
        integral_ = std::clamp(enough, std::min(integral_, integral_ + step), std::max(integral_, integral_ + step));
    } else {
        integral_ += step;
    }
    drive_ = allowed(wanted(integral_));
    const double more = -law_.direction * error;
    return {value(), (drive_ >= high && more > 0) || (drive_ <= low && more < 0)};
}

void Controller::moveTowards(double value) {
    const double target = toDrive(std::clamp(value, law_.minimum, law_.maximum));
    drive_ += std::clamp(target - drive_, -law_.limit, law_.limit);
    integral_ = 0;
}

void Controller::change(ControlLaw law) {
    requireSense(law);
    const double before = value();
    law_ = std::move(law);
    drive_ = toDrive(std::clamp(before, law_.minimum, law_.maximum));
    // What the proportional part does is not known here; the integral carries the drive over.
    integral_ = law_.direction * (toDrive(std::clamp(law_.start, law_.minimum, law_.maximum)) - drive_);
}

Json Controller::state() const {
    return {{"drive", drive_}, {"integral", integral_}};
}

void Controller::restore(const Json& state) {
    drive_ = state.at("drive");
    integral_ = state.at("integral");
}

}  // namespace gaplab
