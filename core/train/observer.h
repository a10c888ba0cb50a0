#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace gaplab {

/// What a person wants of the run that is going on.
enum class Request { None, Pause, StopAfterStep, StopAfterEpoch, Abandon };

/// A file that the trainer has just put in its place.
struct CheckpointFile {
    std::string kind;  ///< "last" (the whole training state), "best", "epoch" (weights)
    std::filesystem::path path;
    Json facts;
};

/// What a network answered on one set of held-out images, in their order.
struct Answers {
    std::string role;   ///< of the network; "labels": what is right; "groups": their places,
                        ///< behind the last: not known
    std::string split;  ///< "validation", "test"
    std::vector<uint16_t> classes;
    std::vector<uint8_t> confidences;  ///< probability of that class, of 255
};

/// Where the trainer is; for progress bars.
struct StepProgress {
    int64_t step = 0, steps = 0;
    double epoch = 0, epochs = 0;
    double imagesPerSecond = 0;  ///< of training, a moving average; 0: not known yet
    double secondsLeft = -1;
    std::string detail;  ///< "evaluating", ...; empty while training
};

/// The trainer's one way out. Called on the worker thread; must not block, except in `waitWhilePaused`.
class TrainingObserver {
public:
    virtual ~TrainingObserver() = default;
    virtual void point(const std::string& series, int64_t step, double epoch, double value) = 0;
    virtual void event(int64_t step, double epoch, const std::string& level, const std::string& kind, const std::string& text,
                       const Json& details = {}) = 0;
    /// All points so far belong before these; returns when they are safely stored.
    virtual void checkpoints(int64_t step, double epoch, const std::vector<CheckpointFile>& files) = 0;
    /// What all networks answered at one evaluation. Of the same split only this one and the one of `keptEpoch` are of use from
    /// now on.
    virtual void answers(double epoch, double keptEpoch, const std::vector<Answers>& answers) {
        (void)epoch, (void)keptEpoch, (void)answers;
    }
    virtual void progress(const StepProgress& progress) = 0;
    /// Asked once a step.
    virtual Request request() = 0;
    /// Changes of the document asked for since the last call, "path=value"; asked once a step.
    virtual std::vector<std::string> edits() { return {}; }
    /// Returns once the pause is over; then `request` says whether to go on or to stop.
    virtual void waitWhilePaused() = 0;
};

}  // namespace gaplab
