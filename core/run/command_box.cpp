#include "core/run/command_box.h"

#include <algorithm>
#include <utility>

namespace gaplab {
namespace {

const std::vector<std::pair<Command, std::string>> commandNames = {{Command::Pause, "pause"},
                                                                   {Command::Resume, "resume"},
                                                                   {Command::StopAfterStep, "stop_after_step"},
                                                                   {Command::StopAfterEpoch, "stop_after_epoch"}};

}  // namespace

std::string toText(Command command) {
    return std::ranges::find(commandNames, command, &std::pair<Command, std::string>::first)->second;
}

std::optional<Command> commandFromText(const std::string& text) {
    const auto found = std::ranges::find(commandNames, text, &std::pair<Command, std::string>::second);
    return found == commandNames.end() ? std::nullopt : std::optional(found->first);
}

void CommandBox::post(Command command) {
    switch (command) {
        case Command::Pause:
        case Command::Resume: {
            const std::lock_guard lock(mutex_);
            paused_ = command == Command::Pause;
            changed_.notify_all();
            return;
        }
        case Command::StopAfterEpoch: return raise(Wish::StopAfterEpoch);
        case Command::StopAfterStep: return raise(Wish::StopAfterStep);
    }
}

void CommandBox::abandon() {
    raise(Wish::Abandon);
}

void CommandBox::postEdit(std::string assignment) {
    const std::lock_guard lock(mutex_);
    edits_.push_back(std::move(assignment));
}

std::vector<std::string> CommandBox::takeEdits() {
    const std::lock_guard lock(mutex_);
    return std::exchange(edits_, {});
}

void CommandBox::raise(Wish wish) {
    const std::lock_guard lock(mutex_);
    stop_ = std::max(stop_, wish);
    changed_.notify_all();
}

void CommandBox::reset() {
    const std::lock_guard lock(mutex_);
    stop_ = Wish::GoOn;
    paused_ = false;
    edits_.clear();
}

CommandBox::Wish CommandBox::wish() const {
    const std::lock_guard lock(mutex_);
    // A paused run that is to stop after its epoch has to be let go first; it then stops at the end of the epoch.
    if (stop_ == Wish::StopAfterStep || stop_ == Wish::Abandon) return stop_;
    return paused_ ? Wish::Pause : stop_;
}

void CommandBox::waitWhilePaused() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !paused_ || stop_ == Wish::StopAfterStep || stop_ == Wish::Abandon; });
}

}  // namespace gaplab
