#include <chrono>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <thread>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "app/cli_experiment.h"
#include "app/cli_progress.h"
#include "app/cli_runs.h"
#include "app/cli_signals.h"
#include "app/gaplab_cli.h"
#include "core/base/files.h"
#include "core/run/inspect.h"
#include "core/run/workbench.h"

namespace gaplab::cli {
namespace {

using namespace std::chrono_literals;

/// How long a second Ctrl-C waits for the trainer to let go before the program ends anyway.
constexpr auto patience = 3s;

/// What came of a submission.
struct Outcome {
    std::set<int64_t> runs;                   ///< ascending; empty where nothing was stored
    std::map<int64_t, std::string> failures;  ///< run -> reason, as the worker told it
    std::optional<Error> error;               ///< why nothing was stored, or why a run could not even be marked as failed
    bool abandoned = false;                   ///< the trainer did not let go in time: its threads still live
};

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
        if (item.kind == FeedItem::Kind::Submitted) outcome.runs.insert(item.runs.begin(), item.runs.end());
        if (item.kind == FeedItem::Kind::Rejected) outcome.error = errorFromJson(item.error);
        if (item.kind == FeedItem::Kind::Progress && item.progress.state == RunState::Failed)
            outcome.failures[item.run] = item.progress.reason;
        display.take(item);
    }
    display.refresh();
}

Outcome follow(Workbench& workbench) {
    ProgressDisplay display(isatty(STDERR_FILENO) != 0);
    Stopper stopper(workbench, display);
    Outcome outcome;
    while (workbench.busy() && !outcome.abandoned) {
        stopper.look();
        takeBatch(workbench, display, outcome);
        outcome.abandoned = stopper.outOfPatience();
        std::this_thread::sleep_for(50ms);
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
        if (error) document["error"] = error->toJson().at("error");
        printJson(document);
    } else {
        print(resultTable(rows));
        if (error) std::cerr << "gaplab-cli: " << error->describe() << "\n";
    }
    if (error) return error->exitCode();
    if (!stopped) return 0;
    std::cerr << "Go on with: gaplab-cli resume" << resumableRuns(rows) << storeArgument(cli) << std::endl;
    return 130;
}

int finish(const Cli& cli, const Outcome& outcome) {
    if (!outcome.runs.empty()) return reportRuns(cli, outcome);
    if (outcome.error) throw *outcome.error;
    throw Error(Fault::Stopped, "Stopped before anything was stored.");
}

/// Follows what `submit` queues to its end.
int work(const Cli& cli, const std::function<void(Workbench&)>& submit) {
    watchForStop();
    Outcome outcome;
    {
        auto workbench = std::make_unique<Workbench>(cli.storePath());
        submit(*workbench);
        outcome = follow(*workbench);
        if (outcome.abandoned) {
            // Its destructor would wait for the training that does not let go.
            [[maybe_unused]] const Workbench* leaked = workbench.release();
        }
    }
    const int code = finish(cli, outcome);
    if (outcome.abandoned) std::_Exit(130);
    return code;
}

struct TrainArguments {
    ExperimentArguments experiment;
    SubmitOptions options;
};

/// A faulty data set must not leave an empty store behind, so it is looked at before the store is made.
void checkBeforeTheFirstRun(const Cli& cli, const Json& document) {
    std::error_code ignored;
    if (std::filesystem::exists(cli.storePath(), ignored)) return;
    const std::filesystem::path folder = std::filesystem::absolute(cli.storePath()).parent_path();
    if (!cli.store.empty() && !std::filesystem::is_directory(folder, ignored))
        throw inputError("The folder of the store, " + folder.string() + ", does not exist.", "Make it, or correct --store.");
    watchForStop();
    endAtOnce(true, cli.json);
    inspect(document, {.data = true, .time = false});
    std::filesystem::create_directories(folder, ignored);  // of the default store; what is wrong with it the store will tell
    endAtOnce(false, cli.json);
}

int train(const Cli& cli, const TrainArguments& arguments) {
    const Json document = readExperiment(arguments.experiment);
    requireValid(document, arguments.experiment.file);
    checkBeforeTheFirstRun(cli, document);
    return work(cli, [&](Workbench& workbench) { workbench.submit(document, arguments.options); });
}

int resume(const Cli& cli, const std::vector<std::string>& names) {
    std::vector<int64_t> ids;
    for (const std::string& name : names)
        ids.push_back(cli.read().run(name).id);
    return work(cli, [&](Workbench& workbench) {
        for (const int64_t id : ids)
            workbench.resume(id);
    });
}

}  // namespace

void addTrainCommands(CLI::App& app, Cli& cli) {
    const auto arguments = std::make_shared<TrainArguments>();
    CLI::App* trainCommand = addCommand(app, "train", "Train an experiment; Ctrl-C stops after the step, a second one at once",
                                        cli, [&cli, arguments] { return train(cli, *arguments); });
    addExperimentArguments(*trainCommand, arguments->experiment);
    trainCommand->add_option("--seed", arguments->options.seeds, "Instead of the experiment's seeds (may be repeated)")
        ->allow_extra_args(false)
        ->type_name("N");
    trainCommand->add_option("--device", arguments->options.device, "Instead of training.device")
        ->check(CLI::IsMember({"auto", "cpu", "cuda"}));
    trainCommand->add_option("--threads", arguments->options.threads, "Instead of training.threads (0: all cores)")
        ->check(CLI::Range(0, 1024))
        ->type_name("N");

    const auto runs = std::make_shared<std::vector<std::string>>();
    addCommand(app, "resume", "Go on with stopped, failed or lost runs from their last checkpoint", cli,
               [&cli, runs] { return resume(cli, *runs); })
        ->add_option("RUN", *runs, "Ids or uuids")
        ->required();
}

}  // namespace gaplab::cli
