#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "core/run/command_box.h"
#include "core/run/live_feed.h"
#include "core/store/store.h"
#include "core/train/observer.h"

namespace gaplab {

/// Takes what the trainer tells and passes it on: at once to the live feed, within the commit beat (250 ms) to the store. A
/// thread of its own keeps the beat, so that points are stored and the lease is renewed while a step, an evaluation or loading
/// takes long.
class Recorder : public TrainingObserver {
public:
    /// Opens a connection of its own. Throws Error.
    Recorder(const std::filesystem::path& store, LiveFeed& feed, CommandBox& commands, int64_t run, const std::string& name);
    /// Writes what is left; errors are logged, since `finish` has reported them already.
    ~Recorder() override;

    void setState(RunState state, const std::string& reason = {});
    /// Stores the reason as an event and the state failed; on a full disk only the feed hears of it.
    void failed(const std::string& reason);
    /// Writes everything now. Throws what went wrong with the store since the last call.
    void flush();
    void report(RunProgress progress);

    void point(const std::string& series, int64_t step, double epoch, double value) override;
    void event(int64_t step, double epoch, const std::string& level, const std::string& kind, const std::string& text,
               const Json& details = {}) override;
    void checkpoints(int64_t step, double epoch, const std::vector<CheckpointFile>& files) override;
    void answers(double epoch, double keptEpoch, const std::vector<Answers>& answers) override;
    void progress(const StepProgress& progress) override;
    Request request() override;
    std::vector<std::string> edits() override { return commands_.takeEdits(); }
    void waitWhilePaused() override;

private:
    void beat(std::stop_token stop);
    void write();
    void takeCommandsOfOthers();

    Store store_;
    LiveFeed& feed_;
    CommandBox& commands_;
    const int64_t run_;
    const std::string name_;

    std::mutex storeMutex_;  ///< one connection, used by the worker and the beat
    std::mutex mutex_;       ///< the buffers below
    std::vector<SeriesPoint> points_;
    std::vector<RunEvent> events_;
    std::exception_ptr failure_;
    int64_t step_ = 0;
    double epoch_ = 0;
    RunState state_ = RunState::Queued;
    std::chrono::steady_clock::time_point reported_{};
    std::chrono::steady_clock::time_point leased_{};
    std::condition_variable_any wake_;
    std::jthread thread_;  // last: it uses the others
};

}  // namespace gaplab
