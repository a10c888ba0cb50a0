#pragma once

#include <map>
#include <optional>

#include "core/experiment/experiment.h"
#include "core/store/store.h"

namespace gaplab::ui {

/// All that the Monitor shows of one run, read in one go on the reader's thread.
struct RunSnapshot {
    RunRow row;
    Json document;  ///< of the run, with what has been changed since it began
    std::optional<GapTarget> target;
    double epochs = 0;  ///< planned; 0: not known
    std::map<std::string, std::vector<Point>> points;
    std::vector<RunEvent> events;
    std::vector<Point> baseline;  ///< validation accuracy of the student alone, where the run names a baseline
    bool complete = false;        ///< the points are all there are, not only what came after `after`
};

/// Brings document and target up to date with an event "edit"; other events change nothing.
void takeEdit(RunSnapshot& snapshot, const RunEvent& event);

/// Whether the Monitor draws this series.
bool isWatched(const std::string& series);

/// `after`: last step held of each series; empty: everything. Throws Error as the store does.
RunSnapshot readSnapshot(const Store& store, int64_t run, const std::map<std::string, int64_t>& after);

}  // namespace gaplab::ui
