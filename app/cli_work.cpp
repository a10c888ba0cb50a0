#include "app/cli_work.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <thread>
#include <unistd.h>

#include "app/cli_progress.h"
#include "app/cli_runs.h"
#include "app/cli_signals.h"

namespace gaplab::cli {
namespace {

using namespace std::chrono_literals;

/// How long a second Ctrl-C waits for the trainer to let go before the program ends anyway.
constexpr auto patience = 3s;

Error errorFromJson(const Json& document) {
    const Json& error = document.at("error");
    const std::string fault = error.value("fault", "world");
    std::vector<Problem> problems;
    for (const Json& problem : error.value("problems", Json::array()))
        problems.push_back({problem.value("path", ""), problem.value("message", ""), problem.value("allowed", "")});
    return {fault == "input"     ? Fault::Input
            : fault == "stopped" ? Fault::Stopped
                                 : Fault::World,
            error.value("message", ""), error.value("hint", ""), problems};
}

/// Passes Ctrl-C on: the first stops after the step, the second at once.
class Stopper {
public:
    Stopper(Workbench& workbench, ProgressDisplay& display) : workbench_(workbench), display_(display) {}

    void look() {
        const int asked = stopRequests();
        if (asked >= 1 && seen_ == 0) {
            display_.say("Stopping after this step, with a checkpoint. Once more stops at once.");
            workbench_.stopAll();
        }
        if (asked >= 2 && seen_ < 2) {
            workbench_.abandon();
            since_ = std::chrono::steady_clock::now();
        }
        seen_ = asked;
    }
    bool outOfPatience() const { return seen_ >= 2 && std::chrono::steady_clock::now() - since_ > patience; }

private:
    Workbench& workbench_;
    ProgressDisplay& display_;
    int seen_ = 0;
    std::chrono::steady_clock::time_point since_{};
};

void takeBatch(Workbench& workbench, ProgressDisplay& display, Outcome& outcome) {
    for (const FeedItem& item : workbench.feed().drain().items) {
        if (item.kind == FeedItem::Kind::Submitted) {
            outcome.runs.insert(item.runs.begin(), item.runs.end());
            outcome.done.insert(item.done.begin(), item.done.end());
        }
        if (item.kind == FeedItem::Kind::Rejected && !outcome.error) outcome.error = errorFromJson(item.error);
        if (item.kind == FeedItem::Kind::Progress && item.progress.state == RunState::Failed)
            outcome.failures[item.run] = item.progress.reason;
        display.take(item);
    }
    display.refresh();
}

Outcome follow(Workbench& workbench, const std::vector<Submission>& submissions) {
    ProgressDisplay display(isatty(STDERR_FILENO) != 0);
    Stopper stopper(workbench, display);
    Outcome outcome;
    for (size_t i = 0; i < submissions.size(); ++i) {
        submissions[i](workbench);
        while (workbench.busy() && !outcome.abandoned) {
            stopper.look();
            takeBatch(workbench, display, outcome);
            outcome.abandoned = stopper.outOfPatience();
            std::this_thread::sleep_for(50ms);
        }
        outcome.notBegun = submissions.size() - 1 - i;
        if (stopRequests() > 0) break;
    }
    if (!outcome.abandoned) workbench.wait();
    takeBatch(workbench, display, outcome);
    return outcome;
}

/// The rows of the runs. Where the disk is full even a failure cannot be stored: then what the worker told counts.
std::vector<RunRow> rowsOf(const Cli& cli, const Outcome& outcome) {
    const Store store = cli.read();
    std::vector<RunRow> rows;
    for (const int64_t run : outcome.runs) {
        RunRow& row = rows.emplace_back(store.run(run));
        const auto failure = outcome.failures.find(run);
        if (failure == outcome.failures.end() || !isLive(row.state)) continue;
        row.state = RunState::Failed;
        row.reason = failure->second;
    }
    return rows;
}

const RunRow* firstInState(const std::vector<RunRow>& rows, std::initializer_list<RunState> states) {
    for (const RunRow& row : rows)
        for (const RunState state : states)
            if (row.state == state) return &row;
    return nullptr;
}

/// " 3 4": what a person asked for and is not finished. Stages come along by themselves.
std::string resumableRuns(const std::vector<RunRow>& rows) {
    std::string text;
    for (const RunRow& row : rows)
        if (row.state != RunState::Finished && row.kind != "stage") text += " " + std::to_string(row.id);
    return text;
}

std::string storeArgument(const Cli& cli) {
    return cli.store.empty() ? "" : " --store " + cli.store;
}

/// Prints the runs and returns the exit code.
int reportRuns(const Cli& cli, const Outcome& outcome) {
    const std::vector<RunRow> rows = rowsOf(cli, outcome);
    const RunRow* failed = firstInState(rows, {RunState::Failed, RunState::Lost});
    const RunRow* stopped =
        firstInState(rows, {RunState::Stopped, RunState::Running, RunState::Paused, RunState::Preparing, RunState::Queued});
    std::optional<Error> error = outcome.error;
    if (failed && !error)
        error = worldError("Run " + std::to_string(failed->id) + " failed: " + failed->reason, "What was stored is intact.");
    if (cli.json) {
        Json document = {{"runs", Json::array()}};
        for (const RunRow& row : rows)
            document["runs"].push_back(toJson(row));
        if (!outcome.done.empty()) document["done"] = outcome.done;
        if (error) document["error"] = error->toJson().at("error");
        printJson(document);
    } else {
        print(resultTable(rows));
        if (error) std::cerr << "gaplab-cli: " << error->describe() << "\n";
    }
    if (outcome.notBegun > 0) std::cerr << "Experiments not begun: " << outcome.notBegun << std::endl;
    if (error) return error->exitCode();
    if (!stopped) return outcome.notBegun > 0 ? 130 : 0;
    std::cerr << "Go on with: gaplab-cli resume" << resumableRuns(rows) << storeArgument(cli) << std::endl;
    return 130;
}

int finish(const Cli& cli, const Outcome& outcome) {
    if (!outcome.runs.empty()) return reportRuns(cli, outcome);
    if (outcome.error) throw *outcome.error;
    throw Error(Fault::Stopped, "Stopped before anything was stored.");
}

}  // namespace

Outcome follow(const Cli& cli, const std::vector<Submission>& submissions) {
    watchForStop();
    auto workbench = std::make_unique<Workbench>(cli.storePath());
    Outcome outcome = follow(*workbench, submissions);
    if (outcome.abandoned) {
        // Its destructor would wait for the training that does not let go.
        [[maybe_unused]] const Workbench* leaked = workbench.release();
    }
    return outcome;
}

bool allFinished(const Cli& cli, const Outcome& outcome) {
    if (outcome.error || outcome.abandoned || outcome.notBegun > 0 || outcome.runs.empty()) return false;
    return std::ranges::all_of(rowsOf(cli, outcome), [](const RunRow& row) { return row.state == RunState::Finished; });
}

int conclude(const Cli& cli, const Outcome& outcome) {
    const int code = finish(cli, outcome);
    if (outcome.abandoned) std::_Exit(130);
    return code;
}

int work(const Cli& cli, const std::vector<Submission>& submissions) {
    return conclude(cli, follow(cli, submissions));
}

}  // namespace gaplab::cli
