#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/cli_text.h"
#include "app/gaplab_cli.h"
#include "core/base/files.h"
#include "core/base/names.h"
#include "core/interop/figure_file.h"

namespace gaplab::cli {
namespace {

struct FigureArguments {
    std::string file, data;
};

/// Against the store, where there is one.
std::vector<FigureCheck> checkAgainstStore(const Cli& cli, const FigureView& view) {
    if (!std::filesystem::exists(cli.storePath())) return {};
    return checkFigure(cli.read(), view);
}

Json toJson(const FigureCheck& check) {
    return {{"match", toText(check.match)}, {"id", check.id == 0 ? Json() : Json(check.id)}, {"series", check.series}};
}

std::string describe(const FigureView& view, const std::vector<FigureCheck>& checks) {
    std::string text = fmt::format("Page {}, GapLab {}, {:g} x {:g} mm{}\n", view.page, view.app, view.width, view.height,
                                   view.title.empty() ? "" : ", \"" + view.title + "\"");
    for (const auto& [key, choice] : view.choices)
        text += fmt::format("  {}: {}\n", key, choice);
    Table table({"Run", "name", ">seed", ">points", "the store's data are"});
    for (size_t i = 0; i < view.runs.size(); ++i) {
        const FigureRun& run = view.runs[i];
        int64_t points = 0;
        for (const auto& [name, held] : run.series)
            points += held.points;
        std::string match = checks.empty() ? "" : toText(checks[i].match);
        if (!checks.empty() && !checks[i].series.empty()) match += ": " + join(checks[i].series);
        table.add({run.uuid, run.name, std::to_string(run.seed), grouped(points), match});
    }
    return text + table.text();
}

int showFigure(const Cli& cli, const FigureArguments& arguments) {
    const FigureFile figure = readFigure(arguments.file);
    const std::vector<FigureCheck> checks = checkAgainstStore(cli, figure.view);
    if (!arguments.data.empty()) writeTextAtomically(arguments.data, figure.data);
    if (!cli.json) {
        print(describe(figure.view, checks));
        return 0;
    }
    Json document = {{"view", gaplab::toJson(figure.view)}, {"runs", Json::array()}};
    for (size_t i = 0; i < checks.size(); ++i) {
        Json run = toJson(checks[i]);
        run["uuid"] = figure.view.runs[i].uuid;
        document["runs"].push_back(run);
    }
    printJson(document);
    return 0;
}

}  // namespace

void addFigureCommand(CLI::App& app, Cli& cli) {
    const auto arguments = std::make_shared<FigureArguments>();
    CLI::App* command = addCommand(app, "figure", "Tell what an exported figure was made of, and whether that has changed", cli,
                                   [&cli, arguments] { return showFigure(cli, *arguments); });
    command->add_option("FILE", arguments->file, "PNG, SVG or PDF file that the window has exported")->required();
    command->add_option("--data", arguments->data, "Write the drawn numbers that it carries to this file (CSV)")
        ->type_name("FILE");
}

}  // namespace gaplab::cli
