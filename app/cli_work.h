#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/gaplab_cli.h"
#include "core/base/error.h"
#include "core/run/workbench.h"

namespace gaplab::cli {

/// What came of training.
struct Outcome {
    std::set<int64_t> runs;                   ///< ascending; empty where nothing was stored
    std::set<int64_t> done;                   ///< of those, the ones found finished and not trained again
    std::map<int64_t, std::string> failures;  ///< run -> reason, as the worker told it
    std::optional<Error> error;               ///< why nothing was stored, or why a run could not even be marked as failed
    size_t notBegun = 0;                      ///< submissions that a stop came before
    bool abandoned = false;                   ///< the trainer did not let go in time: its threads still live
};

/// Queues something.
using Submission = std::function<void(Workbench&)>;

/// Trains what is submitted to its end, with the progress on standard error. Each submission comes when the one before has ended,
/// so that it finds the stages that both need. Ctrl-C stops after the step, a second one at once.
Outcome follow(const Cli& cli, const std::vector<Submission>& submissions);
/// Everything that was queued is trained.
bool allFinished(const Cli& cli, const Outcome& outcome);
/// Prints the runs, and what went wrong with them; returns the exit code. Throws Error where nothing was stored.
int conclude(const Cli& cli, const Outcome& outcome);
/// follow, then conclude.
int work(const Cli& cli, const std::vector<Submission>& submissions);

}  // namespace gaplab::cli
