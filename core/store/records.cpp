#include "core/store/records.h"

#include <algorithm>
#include <array>

#include "core/base/error.h"

namespace gaplab {
namespace {

constexpr std::array<std::pair<RunState, const char*>, 8> stateNames{{{RunState::Queued, "queued"},
                                                                      {RunState::Preparing, "preparing"},
                                                                      {RunState::Running, "running"},
                                                                      {RunState::Paused, "paused"},
                                                                      {RunState::Finished, "finished"},
                                                                      {RunState::Stopped, "stopped"},
                                                                      {RunState::Failed, "failed"},
                                                                      {RunState::Lost, "lost"}}};

}  // namespace

std::string toText(RunState state) {
    for (const auto& [value, name] : stateNames)
        if (value == state) return name;
    throw std::logic_error("a run state without a name");
}

RunState runStateFromText(const std::string& text) {
    for (const auto& [value, name] : stateNames)
        if (text == name) return value;
    throw inputError("\"" + text + "\" is not a state of a run", "The store may come from a newer version of GapLab.");
}

bool isLive(RunState state) {
    return state == RunState::Queued || state == RunState::Preparing || state == RunState::Running || state == RunState::Paused;
}

bool isResumable(RunState state) {
    return state == RunState::Stopped || state == RunState::Failed || state == RunState::Lost;
}

bool canFollow(RunState from, RunState to) {
    switch (to) {
        case RunState::Queued: return isResumable(from);
        case RunState::Preparing: return from == RunState::Queued;
        case RunState::Running: return from == RunState::Preparing || from == RunState::Paused;
        case RunState::Paused: return from == RunState::Running;
        case RunState::Finished: return from == RunState::Running || from == RunState::Paused;
        case RunState::Stopped:
        case RunState::Failed:
        case RunState::Lost: return isLive(from);
    }
    return false;
}

const SeriesSummary* RunRow::find(const std::string& seriesName) const {
    const auto found = std::ranges::find(series, seriesName, &SeriesSummary::name);
    return found == series.end() ? nullptr : &*found;
}

}  // namespace gaplab
