#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "core/base/json.h"
#include "core/store/store.h"

namespace CLI {
class App;
}

namespace gaplab::cli {

/// What every command takes, and what the chosen one does once the arguments are read.
struct Cli {
    std::string store;  ///< empty: the default store
    bool json = false;
    std::function<int()> action;  ///< returns the exit code; may throw

    std::filesystem::path storePath() const;
    /// The store for reading, with runs of dead processes marked as lost. Error (Input) where it is missing.
    Store read() const;
};

/// A subcommand with --store and --json. `action` runs after all arguments are read.
CLI::App* addCommand(CLI::App& parent, const std::string& name, const std::string& help, Cli& cli, std::function<int()> action);

void addTrainCommands(CLI::App& app, Cli& cli);    ///< train, resume
void addInspectCommands(CLI::App& app, Cli& cli);  ///< check, list
void addDataCommands(CLI::App& app, Cli& cli);     ///< data fetch
void addAuditCommand(CLI::App& app, Cli& cli);     ///< audit
void addTransferCommand(CLI::App& app, Cli& cli);  ///< transfer
void addDeployCommand(CLI::App& app, Cli& cli);    ///< deploy
void addInteropCommands(CLI::App& app, Cli& cli);  ///< import, export
void addFigureCommand(CLI::App& app, Cli& cli);    ///< figure
void addCompareCommand(CLI::App& app, Cli& cli);   ///< compare
void addFairnessCommand(CLI::App& app, Cli& cli);  ///< fairness
void addChainCommand(CLI::App& app, Cli& cli);     ///< chain
void addStoreCommands(CLI::App& app, Cli& cli);    ///< runs, show, delete, restore, store check
void addLibraryCommands(CLI::App& app, Cli& cli);  ///< label, purge, store backup and compact; after addStoreCommands

/// The one document of --json on standard output. Throws Error (World) where it cannot be written.
void printJson(const Json& document);
/// Text on standard output. Throws Error (World) where it cannot be written.
void print(const std::string& text);

}  // namespace gaplab::cli
