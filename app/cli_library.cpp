// What is done with stored runs as a whole: labels, purge, care for the store.

#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/cli_text.h"
#include "app/gaplab_cli.h"
#include "core/base/names.h"

namespace gaplab::cli {
namespace {

std::vector<int64_t> idsOf(const Store& store, const std::vector<std::string>& names) {
    std::vector<int64_t> ids;
    for (const std::string& name : names)
        ids.push_back(store.run(name).id);
    return ids;
}

struct LabelArguments {
    std::vector<std::string> runs;
    Store::Labels labels;
};

int label(const Cli& cli, const LabelArguments& arguments) {
    const Store::Labels& labels = arguments.labels;
    if (labels.tags.empty() && labels.untags.empty() && !labels.notes && !labels.folder)
        throw inputError("There is nothing to put onto the runs", "Give --tag, --untag, --notes or --folder.");
    Store store(cli.storePath(), Store::Mode::Write);
    const std::vector<int64_t> runs = idsOf(store, arguments.runs);
    store.label(runs, labels);
    Json changed = Json::array();
    std::string text;
    for (const int64_t run : runs) {
        const RunRow row = store.run(run);
        changed.push_back({{"run", run}, {"tags", row.tags}, {"notes", row.notes}, {"folder", row.folder}});
        text += fmt::format("Run {} ({}): tags {}; folder {}{}\n", run, row.name, row.tags.empty() ? "none" : join(row.tags),
                            row.folder.empty() ? "none" : row.folder, row.notes.empty() ? "" : "; " + row.notes);
    }
    cli.json ? printJson({{"runs", changed}}) : print(text);
    return 0;
}

int purge(const Cli& cli, const std::vector<std::string>& names, bool sure) {
    Store store(cli.storePath(), Store::Mode::Write);
    const Store::Purge plan = store.planPurge(idsOf(store, names));
    if (sure) store.purge(plan);
    if (cli.json) {
        printJson({{"runs", plan.runs}, {"bytes", plan.bytes}, {"folders", plan.paths}, {"purged", sure}});
        return 0;
    }
    if (plan.runs.empty()) {
        print("The trash is empty.\n");
        return 0;
    }
    std::string text = fmt::format("{} {} for ever, with {} of checkpoints:\n", sure ? "Removed" : "This would remove",
                                   plan.runs.size() == 1 ? "1 run" : fmt::format("{} runs", plan.runs.size()), size(plan.bytes));
    for (size_t i = 0; i < plan.runs.size(); ++i)
        text += fmt::format("  run {}: {}\n", plan.runs[i], plan.paths[i]);
    print(text + (sure ? "" : "Nothing was removed. Say --yes to do it.\n"));
    return 0;
}

int backUp(const Cli& cli, const std::string& file) {
    cli.read().backUp(file);
    cli.json ? printJson({{"backup", file}})
             : print(fmt::format("{} is a copy of the runs; checkpoints lie beside the store and are not in it.\n", file));
    return 0;
}

int compact(const Cli& cli) {
    Store store(cli.storePath(), Store::Mode::Write);
    const int64_t before = store.check().bytes, folders = store.removeLeftFiles();
    store.compact();
    const int64_t after = store.check().bytes;
    if (cli.json)
        printJson({{"before", before}, {"after", after}, {"folders_removed", folders}});
    else
        print(fmt::format("{} before, {} now.\n", size(before), size(after)));
    return 0;
}

}  // namespace

void addLibraryCommands(CLI::App& app, Cli& cli) {
    const auto arguments = std::make_shared<LabelArguments>();
    Store::Labels& labels = arguments->labels;
    CLI::App* labelCommand =
        addCommand(app, "label", "Tags, notes and folder of runs", cli, [&cli, arguments] { return label(cli, *arguments); });
    labelCommand->add_option("RUN", arguments->runs, "Ids or uuids")->required();
    labelCommand->add_option("--tag", labels.tags, "Adds a tag (may be repeated)")->allow_extra_args(false);
    labelCommand->add_option("--untag", labels.untags, "Takes a tag away (may be repeated)")->allow_extra_args(false);
    labelCommand->add_option("--notes", labels.notes, "Instead of the notes that it has; empty: none");
    labelCommand->add_option("--folder", labels.folder, "Into a folder such as paper/ablation; empty: into none");

    const auto names = std::make_shared<std::vector<std::string>>();
    const auto sure = std::make_shared<bool>(false);
    CLI::App* purgeCommand =
        addCommand(app, "purge", "Remove runs in the trash for ever, with their checkpoints; without --yes it only tells what",
                   cli, [&cli, names, sure] { return purge(cli, *names, *sure); });
    purgeCommand->add_option("RUN", *names, "Ids or uuids (default: all that lie in the trash)");
    purgeCommand->add_flag("--yes", *sure, "Do it");

    CLI::App* store = app.get_subcommand("store");
    const auto file = std::make_shared<std::string>();
    addCommand(*store, "backup", "Write a copy of the store", cli, [&cli, file] { return backUp(cli, *file); })
        ->add_option("FILE", *file, "The copy; must not exist")
        ->required();
    addCommand(*store, "compact", "Give room that is not used any more back to the disk", cli, [&cli] { return compact(cli); });
}

}  // namespace gaplab::cli
