#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "core/run/workbench.h"

namespace gaplab {

/// What was asked of the run that is going on; from the window's thread to the worker. Thread-safe.
class CommandBox {
public:
    /// What the worker should do now.
    enum class Wish { GoOn, Pause, StopAfterEpoch, StopAfterStep, Abandon };

    /// A weaker wish never replaces a stronger stop; Resume takes back a pause only.
    void post(Command command);
    void abandon();
    /// A change of the run's document, "path=value".
    void postEdit(std::string assignment);
    /// Those since the last call.
    std::vector<std::string> takeEdits();
    /// For the next run.
    void reset();
    Wish wish() const;
    /// Returns when the wish is anything but Pause.
    void waitWhilePaused();

private:
    void raise(Wish wish);

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Wish stop_ = Wish::GoOn;  ///< GoOn, StopAfterEpoch, StopAfterStep or Abandon
    bool paused_ = false;
    std::vector<std::string> edits_;
};

}  // namespace gaplab
