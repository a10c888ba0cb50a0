#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/cli_text.h"
#include "app/gaplab_cli.h"
#include "core/base/names.h"
#include "core/interop/formats.h"
#include "core/interop/sources.h"

namespace gaplab::cli {
namespace {

struct ImportArguments {
    std::vector<std::string> paths;
    std::string format;
    ImportOptions options;
};

struct ExportArguments {
    std::vector<std::string> runs;
    std::string format, out;
};

std::string formatHelp(const std::string& first, bool (*isOffered)(const Format&)) {
    std::string text = first;
    for (const Format& format : formats())
        if (isOffered(format)) text += "; " + format.name + ": " + format.help;
    return text;
}

/// The store to import into; none for a dry run without one.
std::optional<Store> storeFor(const Cli& cli, const ImportOptions& options) {
    if (!options.dryRun) return Store(cli.storePath(), Store::Mode::Create);
    if (!std::filesystem::exists(cli.storePath())) return std::nullopt;
    return cli.read();
}

std::string outcome(const ImportResult& result) {
    if (!result.skipped.empty()) return "left out: " + result.skipped;
    return result.id ? fmt::format("is run {}", *result.id) : "would come in";
}

Json toJson(const ImportResult& result) {
    const auto orNull = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
    return {{"name", result.name},
            {"format", result.format},
            {"source", result.source.string()},
            {"uuid", result.uuid},
            {"foreign", orNull(result.foreignRef)},
            {"state", toText(result.state)},
            {"series", result.series},
            {"points", result.points},
            {"events", result.events},
            {"not_understood", result.notUnderstood},
            {"skipped", orNull(result.skipped)},
            {"id", result.id ? Json(*result.id) : Json()}};
}

void show(const std::vector<ImportResult>& results) {
    Table table({"Run", "format", "state", ">series", ">points", ">events", ""});
    std::string notes;
    for (const ImportResult& result : results) {
        table.add({result.name, result.format, toText(result.state), grouped(result.series), grouped(result.points),
                   grouped(result.events), outcome(result)});
        for (const std::string& note : result.skipped.empty() ? result.notUnderstood : std::vector<std::string>())
            notes += fmt::format("  {}: {}\n", result.name, note);
    }
    print(table.text() + (notes.empty() ? "" : "Not understood, or changed:\n" + notes));
}

int importPaths(const Cli& cli, const ImportArguments& arguments) {
    ImportSources sources = readSources({arguments.paths.begin(), arguments.paths.end()}, arguments.format);
    std::optional<Store> store = storeFor(cli, arguments.options);
    const std::vector<ImportResult> results =
        importSources(store ? &*store : nullptr, std::move(sources.runs), sources.stores, arguments.options);
    if (!cli.json) {
        show(results);
        return 0;
    }
    Json list = Json::array();
    for (const ImportResult& result : results)
        list.push_back(toJson(result));
    printJson({{"runs", list}});
    return 0;
}

int exportRuns(const Cli& cli, const ExportArguments& arguments) {
    const Store store = cli.read();
    std::vector<WholeRun> runs;
    for (const std::string& name : arguments.runs)
        runs.push_back(store.wholeRun(store.run(name).id));
    writeRuns(runs, arguments.format, arguments.out);
    if (cli.json)
        printJson({{"out", arguments.out}, {"format", arguments.format}, {"runs", runs.size()}});
    else
        print(fmt::format("{}: {} {} as {}\n", arguments.out, runs.size(), runs.size() == 1 ? "run" : "runs", arguments.format));
    return 0;
}

}  // namespace

void addInteropCommands(CLI::App& app, Cli& cli) {
    const auto isRead = [](const Format& format) { return format.read != nullptr; };
    const auto isWritten = [](const Format& format) { return format.write != nullptr; };
    const auto in = std::make_shared<ImportArguments>();
    CLI::App* import = addCommand(app, "import", "Take over runs of other stores and other programs", cli,
                                  [&cli, in] { return importPaths(cli, *in); });
    import->add_option("PATH", in->paths, "Files and folders")->required();
    import
        ->add_option("--format", in->format,
                     formatHelp("Found out unless given. gaplab: another store with all its runs", isRead))
        ->type_name("FORMAT");
    import->add_flag("--dry-run", in->options.dryRun, "Only tell what would come in and what is not understood");
    import->add_flag("--again", in->options.again, "Runs that are there already too, as new ones");

    const auto out = std::make_shared<ExportArguments>();
    CLI::App* command = addCommand(app, "export", "Write runs for other programs or for another store", cli,
                                   [&cli, out] { return exportRuns(cli, *out); });
    command->add_option("RUN", out->runs, "Ids or uuids")->required();
    command->add_option("--format", out->format, formatHelp("How", isWritten))->required()->type_name("FORMAT");
    command->add_option("--out", out->out, "File, or folder for formats of several files")->required()->type_name("PATH");
}

}  // namespace gaplab::cli
