#include <iostream>
#include <memory>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/cli_signals.h"
#include "app/cli_text.h"
#include "app/gaplab_cli.h"
#include "core/base/names.h"
#include "core/data/fetch/download.h"

namespace gaplab::cli {
namespace {

struct FetchArguments {
    std::string name, folder, baseUrl;
};

/// Tells on standard error how far it is: twenty times a second on a terminal, else every tenth.
DownloadProgress progressTo(bool terminal) {
    auto told = std::make_shared<int64_t>(-1);
    return [told, terminal](int64_t done, int64_t total) {
        const int64_t part = total > 0 ? 100 * done / total : 0;
        const int64_t beat = terminal ? done / 100'000 : part / 10;
        if (beat == *told) return;
        *told = beat;
        const std::string text = fmt::format("{} of {} ({} %)", size(done), total > 0 ? size(total) : "?", part);
        std::cerr << (terminal ? "\r\x1b[K" + text : text + "\n") << std::flush;
    };
}

int fetch(const Cli& cli, const FetchArguments& arguments) {
    const bool terminal = isatty(STDERR_FILENO) != 0;
    const StopOnSignal stopping;
    FetchOptions options{
        .folder = arguments.folder, .baseUrl = arguments.baseUrl, .progress = progressTo(terminal), .stop = stopping.token()};
    const std::filesystem::path folder = fetchDataset(arguments.name, options);
    if (terminal) std::cerr << std::endl;
    if (cli.json)
        printJson({{"name", arguments.name}, {"folder", folder.string()}});
    else
        print(fmt::format("{} is in {}\n", arguments.name, folder.string()));
    return 0;
}

}  // namespace

void addDataCommands(CLI::App& app, Cli& cli) {
    CLI::App* data = app.add_subcommand("data", "Data sets");
    data->require_subcommand(1);
    const auto arguments = std::make_shared<FetchArguments>();
    CLI::App* command = addCommand(*data, "fetch", "Download a data set, check it and unpack it; a broken download is continued",
                                   cli, [&cli, arguments] { return fetch(cli, *arguments); });
    command->add_option("NAME", arguments->name, join(fetchableDatasets()))->required();
    command->add_option("--into", arguments->folder, "Instead of the folder where the source of that name looks")
        ->type_name("FOLDER");
    command->add_option("--from", arguments->baseUrl, "Another server that holds the same files")->type_name("URL");
}

}  // namespace gaplab::cli
