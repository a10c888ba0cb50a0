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
    virtual void progress(const StepProgress& progress) = 0;
    /// Asked once a step.
    virtual Request request() = 0;
    /// Changes of the document asked for since the last call, "path=value"; asked once a step.
    virtual std::vector<std::string> edits() { return {}; }
    /// Returns once the pause is over; then `request` says whether to go on or to stop.
    virtual void waitWhilePaused() = 0;
};

}  // namespace gaplab
