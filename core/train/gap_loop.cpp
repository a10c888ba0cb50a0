#include "core/train/gap_loop.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "core/gap/target.h"

namespace gaplab {
namespace {

constexpr int64_t patience = 2;       // acts at a bound until it is called saturated
constexpr double releaseShare = 0.2;  // of the peak rate: later the student has no time to catch up
constexpr double leastShare = 0.2;    // gains that follow the rate grow to five times: what comes late cannot be taken back

int64_t stepsOf(const Beat& beat, int64_t stepsPerEpoch) {
    if (beat.steps > 0) return beat.steps;
    return std::max<int64_t>(1, std::llround(beat.epochs * static_cast<double>(stepsPerEpoch)));
}

}  // namespace

GapLoop::GapLoop(const GapTarget* target, const Role& teacher, at::Device device, int64_t stepsPerEpoch)
    : teacher_(&teacher),
      beat_(stepsOf(target ? target->every : GapTarget().every, stepsPerEpoch)),
      sums_(at::zeros({4}, at::TensorOptions(device).dtype(at::kDouble))) {
    if (!target) return;
    target_ = *target;
    if (!target->controller) return;
    onTraining_ = target->on == "train_batch";
    actuator_ = &actuatorNamed(target->controller->actuator);
    if (!actuator_->lever) return;
    controller_.emplace(lawOf(*actuator_, target->controller->parameters));
    if (target->controller->parameters.at("tune").get<bool>()) {
        const ControlLaw& law = controller_->law();
        const double centre = law.logarithmic ? std::log2(law.start) : law.start;
        const double low = law.logarithmic ? std::log2(law.minimum) : law.minimum;
        const double high = law.logarithmic ? std::log2(law.maximum) : law.maximum;
        const double swing = law.logarithmic ? 2.0 : (high - low) / 4;
        relay_.emplace(RelayTest::Options{.low = std::max(low, centre - swing), .high = std::min(high, centre + swing)});
    }
}

Levers GapLoop::levers() const {
    Levers levers;
    levers.teacher = teacher_;
    if (!controller_ || !started_ || givenUp_) return levers;
    const ControlLaw& law = controller_->law();
    // Neutral may lie outside the actuator's range, like a temperature of 0: the losses' own.
    if (toldReleased_ && actuator_->neutral < law.minimum && controller_->value() == law.minimum) return levers;
    levers.*(actuator_->lever) =
        isTuning() ? (law.logarithmic ? std::exp2(relay_->drive()) : relay_->drive()) : controller_->value();
    return levers;
}

void GapLoop::observe(const at::Tensor& teacherLogits, const at::Tensor& studentLogits, const at::Tensor& labels) {
    const at::NoGradGuard noGradient;
    const at::Tensor teacher = teacherLogits.argmax(1).eq(labels), student = studentLogits.argmax(1).eq(labels);
    const at::Tensor images = at::full({}, labels.size(0), sums_.options());
    sums_.add_(at::stack(
        {teacher.sum().to(at::kDouble), student.sum().to(at::kDouble), teacher.ne(student).sum().to(at::kDouble), images}));
}

void GapLoop::afterStep(const Moment& moment, TrainingObserver& observer) {
    if (moment.step % beat_ != 0) return;
    const at::Tensor host = sums_.cpu().clone();  // on a processor cpu() is no copy
    const double* sums = host.const_data_ptr<double>();
    const double images = sums[3];
    if (images == 0) return;  // the teacher is not run in training
    sums_.zero_();
    const double gap = (sums[0] - sums[1]) / images;
    observer.point("gap/train/accuracy", moment.step, moment.epoch, gap);
    observer.point("gap/train/interval", moment.step, moment.epoch,
                   1.96 * std::sqrt(std::max(0.0, sums[2] / images - gap * gap) / images));
    if (actuator_ && onTraining_) act(100 * gap, moment, observer);
}

void GapLoop::afterEvaluation(double gap, const Moment& moment, TrainingObserver& observer) {
    if (actuator_ && !onTraining_) act(gap, moment, observer);
}

void GapLoop::act(double measured, const Moment& moment, TrainingObserver& observer) {
    const double share = parameter("smoothing");
    smoothed_ = smoothed_ ? share * *smoothed_ + (1 - share) * measured : measured;
    const double wanted = targetAt(*target_, moment.epoch);
    const double elapsed = moment.epoch - lastEpoch_;
    lastEpoch_ = moment.epoch;
    observer.point("controller/train/gap", moment.step, moment.epoch, *smoothed_ / 100);
    observer.point("controller/train/target", moment.step, moment.epoch, wanted / 100);
    if (moment.epoch < parameter("start") || givenUp_) return;
    if (!controller_) {
        considerWidening(*smoothed_ < wanted - target_->band);
        return observer.point("controller/train/actuator", moment.step, moment.epoch, teacher_->network->expansion());
    }
    if (!started_) {
        started_ = true;  // the first values that the actuator has made come with the next act
    } else if (isTuning()) {
        tune(measured, elapsed, moment, observer);
    } else {
        control(*smoothed_ - wanted, elapsed, moment, observer);
    }
    observer.point("controller/train/actuator", moment.step, moment.epoch, levers().*(actuator_->lever));
}

void GapLoop::tune(double measured, double elapsed, const Moment& moment, TrainingObserver& observer) {
    relay_->feed(measured, elapsed);
    if (!relay_->done()) return;
    const RelayTest::Result& result = relay_->result();
    const std::string difference =
        fmt::format("{:.2f} points between its two levels (standard error {:.2f})", result.difference, result.error);
    const Json details = {{"difference", result.difference}, {"error", result.error}, {"direction", result.direction},
                          {"authority", result.authority},   {"kp", result.kp},       {"ki", result.ki}};
    if (!result.found) {
        givenUp_ = true;
        return observer.event(moment.step, moment.epoch, "warning", "tuned",
                              fmt::format("{} has no measurable hold on the gap: {}. It is left where it does nothing",
                                          actuator_->member.name, difference),
                              details);
    }
    ControlLaw law = controller_->law();
    law.kp = result.kp;
    law.ki = result.ki;
    law.direction = result.direction;
    law.authority.clear();  // the gains are those of this network
    controller_->change(law);
    observer.event(moment.step, moment.epoch, "info", "tuned",
                   fmt::format("{} moves the gap by {}; gains kp {:.3g}, ki {:.3g}, a greater value {} the gap",
                               actuator_->member.name, difference, law.kp, law.ki, law.direction > 0 ? "widens" : "narrows"),
                   details);
}

void GapLoop::tellOnce(bool& told, const Moment& moment, TrainingObserver& observer, const std::string& kind,
                       const std::string& text) {
    if (told) return;
    told = true;
    observer.event(moment.step, moment.epoch, kind == "saturated" ? "warning" : "info", kind, text);
}

void GapLoop::control(double error, double elapsed, const Moment& moment, TrainingObserver& observer) {
    if (moment.rateShare < parameter("release_below")) {
        tellOnce(toldReleased_, moment, observer, "released",
                 fmt::format("{} goes back to where it does nothing: the learning rate has faded", actuator_->member.name));
        return controller_->moveTowards(actuator_->neutral);
    }
    const bool hold = moment.rateShare < parameter("hold_below");
    if (hold)
        tellOnce(toldHeld_, moment, observer, "held", "The integral part of the controller rests: the learning rate has faded");
    if (moment.rateShare < releaseShare && parameter("release_below") == 0)
        tellOnce(
            toldRelease_, moment, observer, "release_advised",
            fmt::format("The learning rate fades: what the student lags behind now stays. To let it catch up, release {} soon "
                        "(gap.controller.release_below)",
                        actuator_->member.name));
    // What an actuator does to a training it does through its steps, which shrink with the learning rate.
    const bool follow = target_->controller->parameters.value("follow_rate", false);
    const double gain = follow ? 1 / std::max(moment.rateShare, leastShare) : 1;
    const Controller::Act act = controller_->act(error, elapsed, hold, gain);
    saturatedActs_ = act.saturated ? saturatedActs_ + 1 : 0;
    considerWidening(act.saturated && error < 0);
    if (saturatedActs_ >= patience) {
        tellOnce(toldSaturated_, moment, observer, "saturated",
                 fmt::format("{} is at its bound ({:.4g}) and the gap is still {:.1f} points {} its target: it cannot be reached "
                             "this way",
                             actuator_->member.name, act.value, std::abs(error), error > 0 ? "above" : "below"));
    } else if (toldSaturated_ && !act.saturated) {
        toldSaturated_ = false;
        observer.event(moment.step, moment.epoch, "info", "unsaturated",
                       fmt::format("{} is within its bounds again", actuator_->member.name));
    }
}

void GapLoop::considerWidening(bool narrow) {
    narrowActs_ = narrow ? narrowActs_ + 1 : 0;
    if (actsSinceWidened_) ++*actsSinceWidened_;
    const double after = parameter("widen_after");
    wantsWider_ = after > 0 && static_cast<double>(narrowActs_) >= after &&
                  (!actsSinceWidened_ || static_cast<double>(*actsSinceWidened_) >= parameter("widen_pause")) &&
                  teacher_->network->expansion() < parameter("widen_to");
}

void GapLoop::widened() {
    wantsWider_ = false;
    narrowActs_ = 0;
    actsSinceWidened_ = 0;
}

void GapLoop::change(const GapTarget& target) {
    const std::optional<GapTarget> before = std::exchange(target_, target);
    if (!controller_ || !target.controller) return;
    const Json &old = before->controller->parameters, &now = target.controller->parameters;
    if (old == now) return;  // the controller goes on as it is, towards another target
    ControlLaw law = lawOf(*actuator_, now);
    if (relay_ && relay_->done()) {  // what was measured stays, but for gains that a person has given now
        const ControlLaw& measured = controller_->law();
        law.direction = measured.direction;
        law.authority = measured.authority;
        if (old.at("kp") == now.at("kp")) law.kp = measured.kp;
        if (old.at("ki") == now.at("ki")) law.ki = measured.ki;
    }
    controller_->change(law);
}

Json GapLoop::state() const {
    if (!actuator_) return Json::object();
    Json state = {{"last_epoch", lastEpoch_},
                  {"started", started_},
                  {"given_up", givenUp_},
                  {"saturated_acts", saturatedActs_},
                  {"narrow_acts", narrowActs_},
                  {"wants_wider", wantsWider_},
                  {"told", {toldSaturated_, toldHeld_, toldRelease_, toldReleased_}}};
    if (smoothed_) state["smoothed"] = *smoothed_;
    if (actsSinceWidened_) state["acts_since_widened"] = *actsSinceWidened_;
    if (!controller_) return state;
    const ControlLaw& law = controller_->law();
    state.update({{"controller", controller_->state()},
                  {"kp", law.kp},
                  {"ki", law.ki},
                  {"direction", law.direction},
                  {"tuned", law.authority.empty()}});
    if (relay_) state["relay"] = relay_->state();
    return state;
}

void GapLoop::restore(const Json& state) {
    if (!actuator_ || state.empty()) return;
    lastEpoch_ = state.at("last_epoch");
    started_ = state.at("started");
    givenUp_ = state.at("given_up");
    saturatedActs_ = state.at("saturated_acts");
    narrowActs_ = state.value("narrow_acts", int64_t{0});
    wantsWider_ = state.value("wants_wider", false);
    if (state.contains("acts_since_widened")) actsSinceWidened_ = state["acts_since_widened"].get<int64_t>();
    const Json& told = state.at("told");
    toldSaturated_ = told[0];
    toldHeld_ = told[1];
    toldRelease_ = told[2];
    toldReleased_ = told[3];
    if (state.contains("smoothed")) smoothed_ = state["smoothed"].get<double>();
    if (!controller_) return;
    ControlLaw law = controller_->law();
    law.kp = state.at("kp");
    law.ki = state.at("ki");
    law.direction = state.at("direction");
    if (state.at("tuned")) law.authority.clear();
    controller_->change(law);
    controller_->restore(state.at("controller"));
    if (relay_) relay_->restore(state.at("relay"));
}

}  // namespace gaplab
