#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/cli_experiment.h"
#include "app/cli_signals.h"
#include "app/cli_text.h"
#include "app/gaplab_cli.h"
#include "core/run/transfer.h"

namespace gaplab::cli {
namespace {

struct TransferArguments {
    ExperimentArguments experiment;
    int threads = 0;
};

std::string taskText(const char* role, const TransferTask& task) {
    std::string text = fmt::format("{}: {}, {} classes", role, task.what, task.classes.size());
    if (task.images > 0)
        text += fmt::format(", {} of {} training images looked at, {} x {} x {}", grouped(task.looked), grouped(task.images),
                            task.channels, task.height, task.width);
    return text + "\n";
}

std::string estimatesText(const TransferReport& report) {
    Table table({"Estimate", ">source", ">fresh weights", ">between"});
    std::string meanings;
    for (const TransferEstimate& each : report.estimates) {
        table.add({each.name, fmt::format("{:.4f}", each.source), fmt::format("{:.4f}", each.fresh), each.range});
        meanings += fmt::format("- {}: {} {}\n", each.name, each.says, each.saysNot);
    }
    return table.text() + meanings;
}

std::string nearestText(const TransferReport& report) {
    Table table({"Target class", ">images", "nearest source classes"});
    for (const NearestClasses& each : report.nearest) {
        std::string near;
        for (const auto& [name, share] : each.nearest)
            near += fmt::format("{}{} {:.0f} %", near.empty() ? "" : ", ", name, 100 * share);
        table.add({each.klass, grouped(each.images), near.empty() ? "-" : near});
    }
    return table.text();
}

std::string domainText(const TransferReport& report) {
    if (report.domain.empty()) return {};
    Table table({"Images", ">source", ">target", ">difference"});
    for (const DomainStatistic& each : report.domain)
        table.add({each.name, fmt::format("{:.1f}", each.source), fmt::format("{:.1f}", each.target),
                   each.difference ? fmt::format("{:+.2f}", *each.difference) : "-"});
    std::string text = "\n" + table.text() + domainMeaning + "\n";
    if (report.frechet)
        text += fmt::format("\nFrechet distance of features, source to target: {:.4g} (two halves of the source: {:.2g})\n{}\n",
                            *report.frechet, *report.frechetOfHalves, frechetMeaning);
    return text;
}

std::string textOf(const TransferReport& report) {
    std::string text = report.conclusion + "\n" + taskText("Source", report.source) + taskText("Target", report.target) +
                       fmt::format("Network: {}, {} features\n", report.architecture, report.features);
    for (const std::string& note : report.notes)
        text += "- " + note + "\n";
    text += "\n" + estimatesText(report) + "\n" + nearestText(report) + domainText(report) + "\n";
    for (const std::string& limit : report.limits)
        text += "- " + limit + "\n";
    return text;
}

int transfer(const Cli& cli, const TransferArguments& arguments) {
    const Json document = readExperiment(arguments.experiment);
    const TransferReport report = [&] {
        const StopOnSignal stopping;
        const ProgressLine line;
        return estimateTransfer(
            document,
            {.store = cli.storePath(), .threads = arguments.threads, .progress = line.teller(), .stop = stopping.token()});
    }();
    if (cli.json)
        printJson(report.toJson());
    else
        print(textOf(report));
    return 0;
}

}  // namespace

void addTransferCommand(CLI::App& app, Cli& cli) {
    const auto arguments = std::make_shared<TransferArguments>();
    CLI::App* command =
        addCommand(app, "transfer", "Look how related an experiment's task is to the one that its student's weights come from",
                   cli, [&cli, arguments] { return transfer(cli, *arguments); });
    addExperimentArguments(*command, arguments->experiment);
    command->add_option("--threads", arguments->threads, "CPU threads (0: as the experiment says)")
        ->check(CLI::Range(0, 1024))
        ->type_name("N");
}

}  // namespace gaplab::cli
