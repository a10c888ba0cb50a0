#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "core/store/records.h"

namespace gaplab {

/// Where a run is right now, for status lines and the Monitor.
struct RunProgress {
    int64_t run = 0;  ///< 0: not stored yet (preparing an experiment)
    int64_t submission = 0;
    std::string name;
    RunState state = RunState::Queued;
    std::string detail;  ///< sub-text: "loading data", "evaluating", "pausing", ...
    std::string reason;  ///< why it failed, stopped or was lost
    int64_t step = 0, steps = 0;
    double epoch = 0, epochs = 0;
    double imagesPerSecond = 0;
    double secondsLeft = -1;  ///< -1: not known
    double fraction = -1;     ///< of `detail`, where it can be told (loading); -1 otherwise
};

/// One thing the worker tells the window.
struct FeedItem {
    enum class Kind { Point, Event, Progress, Submitted, Rejected };
    Kind kind = Kind::Point;
    int64_t run = 0;
    int64_t submission = 0;
    SeriesPoint point;          ///< Point
    RunEvent event;             ///< Event
    RunProgress progress;       ///< Progress
    std::vector<int64_t> runs;  ///< Submitted: the runs of the experiment, stage runs first
    std::vector<int64_t> done;  ///< Submitted: of those that were asked for, the ones found finished and not trained again
    Json error;                 ///< Rejected: Error::toJson()
};

/// Bounded hand-over from the worker to the window. Pushing never waits; when the window does not drain in time the oldest points
/// are dropped and `overflowed` is set: the window then re-reads the store. Thread-safe.
class LiveFeed {
public:
    explicit LiveFeed(size_t capacity = 1 << 16) : capacity_(capacity) {}

    void push(FeedItem item);

    struct Batch {
        std::deque<FeedItem> items;
        bool overflowed = false;
    };
    /// Everything since the last call, in order.
    Batch drain();

private:
    std::mutex mutex_;
    std::deque<FeedItem> items_;
    const size_t capacity_;
    bool overflowed_ = false;
};

}  // namespace gaplab
