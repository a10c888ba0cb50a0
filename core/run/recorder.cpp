#include "core/run/recorder.h"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "core/base/files.h"
#include "core/base/log.h"

namespace gaplab {
namespace {

using namespace std::chrono_literals;

constexpr auto commitBeat = 200ms;  // a point may wait for a beat and for its commit: 250 ms in all
constexpr auto leaseBeat = 2s;
constexpr double leaseSeconds = 10;
constexpr auto reportBeat = 100ms;

}  // namespace

Recorder::Recorder(const std::filesystem::path& store, LiveFeed& feed, CommandBox& commands, int64_t run, const std::string& name)
    : store_(store, Store::Mode::Write),
      feed_(feed),
      commands_(commands),
      run_(run),
      name_(name),
      thread_([this](std::stop_token stop) { beat(std::move(stop)); }) {}

Recorder::~Recorder() {
    thread_.request_stop();
    thread_.join();
    try {
        write();
    } catch (const std::exception& error) {
        spdlog::error("The last points of run {} could not be stored: {}", run_, error.what());
    }
}

void Recorder::setState(RunState state, const std::string& reason) {
    {
        const std::lock_guard lock(storeMutex_);
        store_.setState(run_, state, reason);
    }
    RunProgress progress;
    {
        const std::lock_guard lock(mutex_);
        state_ = state;
        progress.step = step_;
        progress.epoch = epoch_;
    }
    progress.reason = reason;
    report(std::move(progress));
}

void Recorder::report(RunProgress progress) {
    {
        const std::lock_guard lock(mutex_);
        progress.state = state_;
        reported_ = std::chrono::steady_clock::now();
    }
    progress.run = run_;
    progress.name = name_;
    feed_.push({.kind = FeedItem::Kind::Progress, .run = run_, .progress = std::move(progress)});
}

void Recorder::failed(const std::string& reason) {
    event(step_, epoch_, "error", "failed", reason);
    try {
        write();
        setState(RunState::Failed, reason);
    } catch (const std::exception& error) {
        // The store cannot say so any more: the run is found lost at the next start.
        spdlog::error("Run {} failed, and that could not be stored: {}", run_, error.what());
        RunProgress progress;
        progress.reason = reason;
        {
            const std::lock_guard lock(mutex_);
            state_ = RunState::Failed;
        }
        report(std::move(progress));
    }
}

void Recorder::flush() {
    write();
    const std::lock_guard lock(mutex_);
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void Recorder::write() {
    const std::lock_guard storeLock(storeMutex_);
    std::vector<SeriesPoint> points;
    std::vector<RunEvent> events;
    {
        const std::lock_guard lock(mutex_);
        points.swap(points_);
        events.swap(events_);
    }
    if (points.empty() && events.empty()) return;
    try {
        store_.append(run_, points, events);
    } catch (const std::exception&) {
        // Nothing of the transaction is in the store; a later beat may succeed, and what is told to the trainer is the failure.
        const std::lock_guard lock(mutex_);
        points_.insert(points_.begin(), points.begin(), points.end());
        events_.insert(events_.begin(), events.begin(), events.end());
        throw;
    }
}

void Recorder::beat(std::stop_token stop) {
    std::mutex sleep;
    std::unique_lock lock(sleep);
    while (!wake_.wait_for(lock, stop, commitBeat, [&stop] { return stop.stop_requested(); })) {
        try {
            write();
            if (std::chrono::steady_clock::now() - leased_ >= leaseBeat) {
                const std::lock_guard storeLock(storeMutex_);
                store_.holdLease(run_, leaseSeconds);
                leased_ = std::chrono::steady_clock::now();
            }
            takeCommandsOfOthers();
        } catch (const std::exception&) {
            const std::lock_guard guard(mutex_);
            failure_ = std::current_exception();
        }
    }
}

void Recorder::takeCommandsOfOthers() {
    int64_t step = 0;
    {
        const std::lock_guard lock(mutex_);
        step = step_;
    }
    std::vector<Json> taken;
    {
        const std::lock_guard lock(storeMutex_);
        taken = store_.takeCommands(run_, step);
    }
    for (const Json& command : taken) {
        if (const auto assignment = command.find("set"); assignment != command.end() && assignment->is_string())
            commands_.postEdit(*assignment);
        if (const auto parsed = commandFromText(command.value("command", ""))) commands_.post(*parsed);
    }
}

void Recorder::point(const std::string& series, int64_t step, double epoch, double value) {
    const double wall = std::round(1000 * now()) / 1000;  // which a sealed chunk keeps in half the room
    const SeriesPoint item{series, {step, epoch, value, wall}};
    {
        const std::lock_guard lock(mutex_);
        points_.push_back(item);
    }
    feed_.push({.kind = FeedItem::Kind::Point, .run = run_, .point = item});
}

void Recorder::event(int64_t step, double epoch, const std::string& level, const std::string& kind, const std::string& text,
                     const Json& details) {
    const RunEvent item{step, epoch, now(), level, kind, text, details};
    {
        const std::lock_guard lock(mutex_);
        events_.push_back(item);
    }
    feed_.push({.kind = FeedItem::Kind::Event, .run = run_, .event = item});
}

void Recorder::checkpoints(int64_t step, double epoch, const std::vector<CheckpointFile>& files) {
    flush();  // what a checkpoint stands for must be stored before it
    std::vector<std::string> replaced;
    const std::filesystem::path folder = store_.path().parent_path();
    for (const CheckpointFile& file : files) {
        CheckpointRecord record{.step = step, .epoch = epoch, .kind = file.kind};
        record.relativePath = std::filesystem::relative(file.path, folder.empty() ? "." : folder).string();
        record.bytes = static_cast<int64_t>(std::filesystem::file_size(file.path));
        record.sha256 = sha256OfFile(file.path);
        record.facts = file.facts;
        const std::lock_guard lock(storeMutex_);
        for (std::string& path : store_.addCheckpoint(run_, record))
            if (path != record.relativePath) replaced.push_back(std::move(path));
    }
    // Only now, when the store refers to none of them any more.
    for (const std::string& path : replaced) {
        std::error_code ignored;
        std::filesystem::remove(folder / path, ignored);
    }
}

void Recorder::answers(double epoch, double keptEpoch, const std::vector<Answers>& answers) {
    std::vector<PredictionRecord> records;
    for (const Answers& said : answers)
        records.push_back({said.role, said.split, epoch, said.classes, said.confidences});
    const std::lock_guard lock(storeMutex_);
    store_.addPredictions(run_, records, keptEpoch);
}

void Recorder::progress(const StepProgress& step) {
    {
        const std::lock_guard lock(mutex_);
        step_ = step.step;
        epoch_ = step.epoch;
        if (step.detail.empty() && std::chrono::steady_clock::now() - reported_ < reportBeat) return;
    }
    RunProgress progress;
    progress.detail = step.detail;
    progress.step = step.step;
    progress.steps = step.steps;
    progress.epoch = step.epoch;
    progress.epochs = step.epochs;
    progress.imagesPerSecond = step.imagesPerSecond;
    progress.secondsLeft = step.secondsLeft;
    report(std::move(progress));
}

Request Recorder::request() {
    {
        const std::lock_guard lock(mutex_);
        if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    }
    switch (commands_.wish()) {
        case CommandBox::Wish::GoOn: return Request::None;
        case CommandBox::Wish::Pause: return Request::Pause;
        case CommandBox::Wish::StopAfterEpoch: return Request::StopAfterEpoch;
        case CommandBox::Wish::StopAfterStep: return Request::StopAfterStep;
        case CommandBox::Wish::Abandon: return Request::Abandon;
    }
    return Request::None;
}

void Recorder::waitWhilePaused() {
    event(step_, epoch_, "info", "paused", fmt::format("Paused at step {}", step_));
    flush();
    setState(RunState::Paused);
    commands_.waitWhilePaused();
    setState(RunState::Running);
    event(step_, epoch_, "info", "unpaused", fmt::format("Goes on at step {}", step_));
}

}  // namespace gaplab
