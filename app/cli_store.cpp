#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/cli_runs.h"
#include "app/cli_text.h"
#include "app/gaplab_cli.h"
#include "core/base/names.h"
#include "core/experiment/experiment.h"
#include "core/run/compare.h"
#include "core/run/inspect.h"
#include "core/store/run_query.h"

namespace gaplab::cli {
namespace {

Json runsDocument(const std::vector<RunRow>& rows) {
    Json document = {{"runs", Json::array()}};
    for (const RunRow& row : rows)
        document["runs"].push_back(toJson(row));
    return document;
}

int runs(const Cli& cli, const std::string& filter, bool trash) {
    const RunQuery query(filter);
    std::vector<RunRow> rows = cli.read().runs(trash ? Store::Trash::Only : Store::Trash::Leave);
    std::erase_if(rows, [&query](const RunRow& row) { return !query.matches(row); });
    if (cli.json)
        printJson(runsDocument(rows));
    else
        print(rows.empty() ? "No runs.\n" : resultTable(rows));
    return 0;
}

std::vector<Point> pointsOf(const Store& store, const RunRow& run, const std::string& series) {
    if (run.find(series)) return store.points(run.id, series);
    std::vector<std::string> names;
    for (const SeriesSummary& summary : run.series)
        names.push_back(summary.name);
    const std::string near = nearestName(series, names);
    throw inputError(fmt::format("Run {} has no series \"{}\".", run.id, series),
                     near.empty() ? "It has: " + join(names) + "." : "Did you mean \"" + near + "\"?");
}

int show(const Cli& cli, const std::string& name, const std::string& series) {
    const Store store = cli.read();
    const RunRow run = store.run(name);
    if (!cli.json && series.empty()) {
        print(describeRun(run, runFigures(store, run), store.events(run.id), store.checkpoints(run.id)));
        return 0;
    }
    Json document = runsDocument({run});
    std::string text;
    if (!series.empty()) {
        Json& list = document["points"] = Json::array();
        for (const Point& point : pointsOf(store, run, series)) {
            list.push_back({point.step, point.epoch, point.value});
            if (!cli.json) text += fmt::format("{}\t{}\t{}\n", point.step, point.epoch, point.value);
        }
    }
    cli.json ? printJson(document) : print("step\tepoch\tvalue\n" + text);
    return 0;
}

/// delete and restore: `change` is done to each of the runs, after all of them were found.
int changeRuns(const Cli& cli, const std::vector<std::string>& names, const std::string& done, void (Store::*change)(int64_t)) {
    Store store(cli.storePath(), Store::Mode::Write);
    std::vector<int64_t> ids;
    for (const std::string& name : names)
        ids.push_back(store.run(name).id);
    for (const int64_t id : ids)
        (store.*change)(id);
    std::vector<RunRow> rows;
    std::string text;
    for (const int64_t id : ids) {
        rows.push_back(store.run(id));
        text += fmt::format("Run {} ({}) {}\n", id, rows.back().name, done);
    }
    cli.json ? printJson(runsDocument(rows)) : print(text);
    return 0;
}

int checkStore(const Cli& cli) {
    const Store::Health health = cli.read().check();
    if (cli.json) {
        printJson({{"ok", health.ok},
                   {"findings", health.findings},
                   {"runs", health.runs},
                   {"points", health.points},
                   {"bytes", health.bytes}});
        return health.ok ? 0 : 1;
    }
    std::string text = fmt::format("{}: {} runs, {} points, {}\n", cli.storePath().string(), health.runs, grouped(health.points),
                                   size(health.bytes));
    for (const std::string& finding : health.findings)
        text += "  " + finding + "\n";
    print(text + (health.ok ? "The store is sound.\n" : "The store is damaged; what is not named above is usable.\n"));
    return health.ok ? 0 : 1;
}

void addChange(CLI::App& app, Cli& cli, const std::string& name, const std::string& help, const std::string& done,
               void (Store::*change)(int64_t)) {
    const auto names = std::make_shared<std::vector<std::string>>();
    addCommand(app, name, help, cli, [&cli, names, done, change] { return changeRuns(cli, *names, done, change); })
        ->add_option("RUN", *names, "Ids or uuids")
        ->required();
}

/// Asks a run that goes on, here or in another process, for a change of its document.
int set(const Cli& cli, const std::string& name, const std::vector<std::string>& assignments) {
    Store store(cli.storePath(), Store::Mode::Write);
    store.markLostRuns();
    const RunRow run = store.run(name);
    if (!isLive(run.state))
        throw inputError(fmt::format("Run {} is {}: only a run that goes on can be changed.", run.id, toText(run.state)),
                         "For another try, change the experiment and train it.");
    Json asked = Json::array();
    for (const std::string& assignment : assignments) {
        const LiveEdit edit = liveEdit(run.document, assignment, catalogue());
        asked.push_back({{"path", edit.path}, {"value", edit.after}});
    }
    for (const std::string& assignment : assignments)
        store.postCommand(run.id, {{"set", assignment}}, "command line");
    if (cli.json)
        printJson({{"run", run.id}, {"asked", asked}});
    else
        print(fmt::format("Asked run {}; it takes effect within one step and is stored as an event.\n", run.id));
    return 0;
}

}  // namespace

void addStoreCommands(CLI::App& app, Cli& cli) {
    const auto words = std::make_shared<std::vector<std::string>>();
    const auto trash = std::make_shared<bool>(false);
    CLI::App* list = addCommand(app, "runs", "List the runs of the store", cli,
                                [&cli, words, trash] { return runs(cli, join(*words, " "), *trash); });
    list->add_option("FILTER", *words, "Words that must all hold, such as student:resnet8* \"acc>70%\" -state:failed seed:0..4");
    list->add_flag("--trash", *trash, "The deleted ones");

    const auto run = std::make_shared<std::string>();
    const auto series = std::make_shared<std::string>();
    CLI::App* showCommand =
        addCommand(app, "show", "Show one run", cli, [&cli, run, series] { return show(cli, *run, *series); });
    showCommand->add_option("RUN", *run, "Id or uuid of the run")->required();
    showCommand->add_option("--series", *series, "With the points of this series, for example student/validation/accuracy")
        ->type_name("NAME");

    const auto changed = std::make_shared<std::string>();
    const auto assignments = std::make_shared<std::vector<std::string>>();
    CLI::App* setCommand = addCommand(app, "set", "Change a live field of a run that goes on: target, band, gains, rate, weights",
                                      cli, [&cli, changed, assignments] { return set(cli, *changed, *assignments); });
    setCommand->add_option("RUN", *changed, "Id or uuid of the run")->required();
    setCommand->add_option("PATH=VALUE", *assignments, "For example gap.target=4 or training.optimizer.lr=0.01")->required();

    addChange(app, cli, "delete", "Put runs into the trash", "is in the trash; \"restore\" takes it back", &Store::deleteRun);
    addChange(app, cli, "restore", "Take runs back from the trash", "is back", &Store::restoreRun);

    CLI::App* store = app.add_subcommand("store", "Health of the store");
    store->require_subcommand(1);
    addCommand(*store, "check", "Look for damage: integrity, references, checkpoint files", cli,
               [&cli] { return checkStore(cli); });
}

}  // namespace gaplab::cli
