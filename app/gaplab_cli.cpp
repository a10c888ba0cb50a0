#include "app/gaplab_cli.h"

#include <algorithm>
#include <csignal>
#include <iostream>
#include <new>

#include <CLI/CLI.hpp>

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/log.h"
#include "core/base/names.h"

namespace gaplab::cli {

std::filesystem::path Cli::storePath() const {
    return store.empty() ? dataFolder() / "gaplab.db" : std::filesystem::path(store);
}

Store Cli::read() const {
    Store opened(storePath(), Store::Mode::Read);
    if (opened.isNewer()) return opened;
    try {
        Store(storePath(), Store::Mode::Write).markLostRuns();
    } catch (const Error& error) {
        // A store on a read-only disk can still be looked at.
        spdlog::info("Runs of dead processes are not marked as lost: {}", error.what());
    }
    return opened;
}

CLI::App* addCommand(CLI::App& parent, const std::string& name, const std::string& help, Cli& cli, std::function<int()> action) {
    CLI::App* command = parent.add_subcommand(name, help);
    command->add_option("--store", cli.store, "The store's file (default: gaplab/gaplab.db in the folder for user data)")
        ->type_name("FILE");
    command->add_flag("--json", cli.json, "Print one JSON document on standard output and nothing else there");
    command->callback([&cli, action = std::move(action)] { cli.action = action; });
    return command;
}

void print(const std::string& text) {
    std::cout << text << std::flush;
    if (!std::cout)
        throw worldError("Standard output cannot be written to.", "Is the disk full, or the program that reads it gone?");
}

void printJson(const Json& document) {
    print(document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

namespace {

bool isWanted(int count, char** arguments, const std::string& flag) {
    return std::any_of(arguments + 1, arguments + count, [&](const char* argument) { return argument == flag; });
}

std::vector<std::string> commandNames(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands({}))
        names.push_back(command->get_name());
    return names;
}

/// CLI11 calls a misspelt command an unexpected argument; a person wants to hear which one was meant.
void checkCommandName(const CLI::App& app, int count, char** arguments) {
    if (count < 2 || arguments[1][0] == '-') return;
    const std::string given = arguments[1];
    const std::vector<std::string> names = commandNames(app);
    if (std::ranges::find(names, given) != names.end()) return;
    const std::string near = nearestName(given, names);
    throw inputError("There is no command \"" + given + "\".",
                     near.empty() ? "The commands are: " + join(names) + "." : "Did you mean \"" + near + "\"?");
}

int report(const Error& error, bool json) {
    if (!json)
        std::cerr << "gaplab-cli: " << error.describe() << "\n";
    else
        std::cout << error.toJson().dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
    return error.exitCode();
}

int run(int count, char** arguments) {
    Cli cli;
    CLI::App app("GapLab trains a student under a teacher and keeps the gap between them in sight.", "gaplab-cli");
    app.set_version_flag("--version", std::string("gaplab-cli ") + GAPLAB_VERSION);
    app.require_subcommand(1);
    app.footer("Exit codes: 0 done, 1 the world is at fault (disk, memory), 2 the input is at fault, 130 stopped.");
    addTrainCommands(app, cli);
    addInspectCommands(app, cli);
    addStoreCommands(app, cli);
    addCompareCommand(app, cli);
    addFairnessCommand(app, cli);
    addChainCommand(app, cli);
    addLibraryCommands(app, cli);
    addDataCommands(app, cli);
    addAuditCommand(app, cli);
    addTransferCommand(app, cli);
    addDeployCommand(app, cli);
    addInteropCommands(app, cli);
    addFigureCommand(app, cli);
    try {
        checkCommandName(app, count, arguments);
        app.parse(count, arguments);
    } catch (const CLI::Success& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& error) {
        throw inputError(error.what(), "gaplab-cli --help and gaplab-cli COMMAND --help tell what may be given.");
    }
    return cli.action();
}

}  // namespace
}  // namespace gaplab::cli

int main(int count, char** arguments) {
    using namespace gaplab;
    std::signal(SIGPIPE, SIG_IGN);  // a closed pipe must not end a training run
    const bool json = cli::isWanted(count, arguments, "--json");
    try {
        startLog();
        return cli::run(count, arguments);
    } catch (const Error& error) {
        return cli::report(error, json);
    } catch (const std::bad_alloc&) {
        return cli::report(
            worldError("There is not enough memory.", "Lower training.batch or data.limit, or close other programs."), json);
    } catch (const std::exception& error) {
        return cli::report(
            worldError(std::string("Something unexpected went wrong: ") + error.what(), "What was stored before is intact."),
            json);
    }
}
