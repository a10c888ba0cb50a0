#pragma once

#include <optional>

#include <torch/types.h>

#include "core/gap/controller.h"
#include "core/gap/relay.h"
#include "core/train/actuators/actuator.h"
#include "core/train/observer.h"
#include "core/train/roles.h"

namespace gaplab {

/// Measures the gap of a pair on the training batches and, with a controller, holds it: reads its target, turns its actuator, and
/// tells what it does as series and events.
class GapLoop {
public:
    /// Without a controller it only measures. `target` may be null.
    GapLoop(const GapTarget* target, const Role& teacher, at::Device device, int64_t stepsPerEpoch);

    /// For the next step.
    Levers levers() const;
    /// Whether the teacher has to be run although no term needs it.
    bool needsTeacher() const { return actuator_ && onTraining_; }
    const Role& teacher() const { return *teacher_; }

    /// What a step of training showed; nothing is copied to the host. Logits [B, K], labels [B].
    void observe(const at::Tensor& teacherLogits, const at::Tensor& studentLogits, const at::Tensor& labels);

    struct Moment {
        int64_t step = 0;  ///< steps made
        double epoch = 0;
        double rateShare = 1;  ///< learning rate as a share of its peak; 1 while it still rises
    };
    /// After each step: at the beat, reads the batches' gap (waits for the device) and acts on it if that is the signal.
    void afterStep(const Moment& moment, TrainingObserver& observer);
    /// After each evaluation with the validation gap, points.
    void afterEvaluation(double gap, const Moment& moment, TrainingObserver& observer);

    /// Whether the dynamic teacher shall be made wider before the next step; `widened` tells that it has been.
    bool wantsWider() const { return wantsWider_; }
    void widened();

    /// New target, band, gains and bounds while it runs.
    void change(const GapTarget& target);

    /// For checkpoints: what has been summed since the last beat (float64 [4], copied back in place), and the rest.
    const at::Tensor& sums() const { return sums_; }
    Json state() const;
    void restore(const Json& state);

private:
    void act(double measured, const Moment& moment, TrainingObserver& observer);
    void tune(double measured, double elapsed, const Moment& moment, TrainingObserver& observer);
    void control(double error, double elapsed, const Moment& moment, TrainingObserver& observer);
    /// `narrow`: the gap is too small, and nothing is left to turn.
    void considerWidening(bool narrow);
    void tellOnce(bool& told, const Moment& moment, TrainingObserver& observer, const std::string& kind, const std::string& text);
    double parameter(const char* name) const { return target_->controller->parameters.at(name); }
    bool isTuning() const { return relay_ && !relay_->done(); }

    const Role* teacher_;
    std::optional<GapTarget> target_;
    const Actuator* actuator_ = nullptr;
    bool onTraining_ = true;
    int64_t beat_;
    at::Tensor sums_;  ///< right answers of the teacher, of the student, images that one of them got right, images

    std::optional<Controller> controller_;
    std::optional<RelayTest> relay_;
    std::optional<double> smoothed_;  ///< points
    double lastEpoch_ = 0;
    bool started_ = false, givenUp_ = false;
    int64_t saturatedActs_ = 0;
    int64_t narrowActs_ = 0;                   ///< in a row
    std::optional<int64_t> actsSinceWidened_;  ///< nothing: it has never been
    bool wantsWider_ = false;
    bool toldSaturated_ = false, toldHeld_ = false, toldRelease_ = false, toldReleased_ = false;
};

}  // namespace gaplab
