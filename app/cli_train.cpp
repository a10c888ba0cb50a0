#include <filesystem>
#include <memory>
#include <set>

#include <CLI/CLI.hpp>

#include "app/cli_experiment.h"
#include "app/cli_signals.h"
#include "app/cli_sweep.h"
#include "app/cli_work.h"
#include "core/base/files.h"
#include "core/run/inspect.h"

namespace gaplab::cli {
namespace {

struct TrainArguments {
    ExperimentArguments experiment;
    SubmitOptions options;
    SweepArguments sweep;
    bool dryRun = false;
};

/// A faulty data set must not leave an empty store behind, so it is looked at before the store is made.
void checkBeforeTheFirstRun(const Cli& cli, const std::vector<PlacedMember>& members) {
    std::error_code ignored;
    if (std::filesystem::exists(cli.storePath(), ignored)) return;
    const std::filesystem::path folder = std::filesystem::absolute(cli.storePath()).parent_path();
    if (!cli.store.empty() && !std::filesystem::is_directory(folder, ignored))
        throw inputError("The folder of the store, " + folder.string() + ", does not exist.", "Make it, or correct --store.");
    watchForStop();
    endAtOnce(true, cli.json);
    std::set<Json> seen;
    for (const auto& [number, member] : members)
        if (seen.insert(member.document.at("data")).second) inspect(member.document, {.data = true, .time = false});
    std::filesystem::create_directories(folder, ignored);  // of the default store; what is wrong with it the store will tell
    endAtOnce(false, cli.json);
}

int train(const Cli& cli, const TrainArguments& arguments) {
    Json document = readExperiment(arguments.experiment);
    if (document.is_object()) document = withOptions(std::move(document), arguments.options);
    if (arguments.sweep.assignments.empty()) requireValid(document, arguments.experiment.file);
    const std::vector<PlacedMember> members = readMembers(document, arguments.sweep);
    tellWarnings(document);
    if (arguments.dryRun) return tellMembers(cli, members);
    if (members.empty()) return tellEmptyShard(cli);
    checkBeforeTheFirstRun(cli, members);
    // The members hold the other options already. What an earlier call of the same sweep has finished is not done again.
    const SubmitOptions options{.reuse = !arguments.sweep.assignments.empty() && !arguments.sweep.again,
                                .baselines = arguments.options.baselines};
    std::vector<Submission> submissions;
    submissions.reserve(members.size());
    for (const PlacedMember& placed : members)
        submissions.emplace_back(
            [&placed, &options](Workbench& workbench) { workbench.submit(placed.member.document, options); });
    return work(cli, submissions);
}

int resume(const Cli& cli, const std::vector<std::string>& names) {
    std::vector<int64_t> ids;
    for (const std::string& name : names)
        ids.push_back(cli.read().run(name).id);
    return work(cli, {[&](Workbench& workbench) {
                    for (const int64_t id : ids)
                        workbench.resume(id);
                }});
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
    trainCommand->add_flag(
        "--baselines", arguments->options.baselines,
        "Of a student that starts from weights: fine-tuning, a linear probe, a fixed source teacher and training "
        "from scratch too, each with the same compute");
    trainCommand->add_option("--device", arguments->options.device, "Instead of training.device")
        ->check(CLI::IsMember({"auto", "cpu", "cuda"}));
    trainCommand->add_option("--threads", arguments->options.threads, "Instead of training.threads (0: all cores)")
        ->check(CLI::Range(0, 1024))
        ->type_name("N");
    addSweepArguments(*trainCommand, arguments->sweep);
    trainCommand->add_flag("--dry-run", arguments->dryRun, "Only tell what would be trained and how long it takes");

    const auto runs = std::make_shared<std::vector<std::string>>();
    addCommand(app, "resume", "Go on with stopped, failed or lost runs from their last checkpoint", cli,
               [&cli, runs] { return resume(cli, *runs); })
        ->add_option("RUN", *runs, "Ids or uuids")
        ->required();
}

}  // namespace gaplab::cli
