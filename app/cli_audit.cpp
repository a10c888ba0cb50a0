#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/cli_experiment.h"
#include "app/cli_signals.h"
#include "app/cli_text.h"
#include "app/gaplab_cli.h"
#include "core/experiment/experiment.h"
#include "core/run/audit.h"

namespace gaplab::cli {
namespace {

constexpr size_t mostLines = 20;  // of a list; --json has more

struct AuditArguments {
    ExperimentArguments data;
    std::string run, role = "student";
    bool writeCard = false;
    int threads = 0;
};

/// The "data" of what was named: an experiment's document, or a guess from a folder.
Json dataOf(const AuditArguments& arguments) {
    if (!std::filesystem::is_directory(arguments.data.file)) {
        if (!std::filesystem::exists(arguments.data.file)) return guessData(arguments.data.file);
        const Json document = readExperiment(arguments.data);
        if (!document.is_object() || !document.contains("data"))
            throw inputError(arguments.data.file + " is no experiment: it has no \"data\".",
                             "Name an experiment's JSON file or a folder of images.");
        return document["data"];
    }
    Json document = {{"data", guessData(arguments.data.file)}};
    for (const std::string& assignment : arguments.data.assignments)
        setValue(document, assignment);
    return document["data"];
}

std::string intervalText(const std::optional<Interval>& interval, int decimals) {
    return interval ? fmt::format("{:.{}f} to {:.{}f}", interval->low, decimals, interval->high, decimals) : "-";
}

std::string findingsText(const DataAudit& audit) {
    std::string text;
    const std::vector<Finding> faults = audit.faults();
    if (faults.empty()) text += "Nothing was found. Looked at were: ";
    for (size_t i = 0; faults.empty() && i < audit.looked.size(); ++i)
        text += (i ? "; " : "") + audit.looked[i];
    if (faults.empty()) text += ".\n";
    for (const Finding& finding : audit.findings)
        text += fmt::format("{} {}\n  {}\n", finding.isNote ? "-" : "!", finding.message, finding.advice);
    return text;
}

std::string countsText(const DataAudit& audit) {
    const auto table = [&](const char* what, const std::vector<std::string>& names, auto countsOf) {
        Table counts({what, ">training", ">validation", ">test"});
        for (size_t i = 0; i < names.size(); ++i)
            counts.add({names[i], grouped(countsOf(audit.parts[0])[i]), grouped(countsOf(audit.parts[1])[i]),
                        grouped(countsOf(audit.parts[2])[i])});
        return counts;
    };
    std::string text = table("Class", audit.classes, [](const PartCounts& part) { return part.classes; }).text();
    if (audit.groups.empty()) return text;
    Table groups = table("Group", audit.groups, [](const PartCounts& part) { return part.groups; });
    groups.add({"(not known)", grouped(audit.parts[0].ofUnknownGroup), grouped(audit.parts[1].ofUnknownGroup),
                grouped(audit.parts[2].ofUnknownGroup)});
    text += "\n" + groups.text();
    std::vector<std::string> head = {"Class"};
    for (const std::string& group : audit.groups)
        head.push_back(">" + group);
    Table cells(head);
    for (size_t c = 0; c < audit.table.size(); ++c) {
        std::vector<std::string> line = {audit.classes[c]};
        for (size_t g = 0; g < audit.table[c].size(); ++g)
            line.push_back(grouped(audit.table[c][g]) + (audit.association->cells[c][g].stands ? "*" : ""));
        cells.add(std::move(line));
    }
    text += "\n" + cells.text() + "* differs from what the shares of class and group let expect\n";
    if (const auto& found = *audit.association; found.cramersV)
        text += fmt::format("Class and group: Cramer's V {:.3f} (95 % interval {}), p = {:.2g}\n", *found.cramersV,
                            intervalText(found.interval, 3), found.pValue);
    return text;
}

std::string statisticsText(const DataAudit& audit) {
    Table table({"Training images", "group", ">mean", ">95 % interval", ">against others", ""});
    for (size_t s = 0; s < audit.statistics.size(); ++s)
        for (size_t g = 0; g < audit.statistics[s].size(); ++g) {
            const fairness::GroupMean& mean = audit.statistics[s][g];
            const bool compared = !audit.groups.empty();
            table.add({audit.statisticNames[s], compared ? audit.groups[g] : "all",
                       mean.summary.n > 0 ? fmt::format("{:.1f}", mean.summary.mean) : "-", intervalText(mean.interval, 1),
                       compared && mean.enough ? fmt::format("{:+.1f}", mean.difference) : "-",
                       !compared      ? ""
                       : !mean.enough ? "not enough data"
                       : mean.stands  ? "differs"
                                      : ""});
        }
    return table.text();
}

std::string nameOf(const AuditedImage& image, const DataAudit& audit) {
    std::string name = image.file.empty() ? fmt::format("{} {}", toText(image.part), image.row) : image.file;
    if (image.part == DataPart::Validation && !image.file.empty()) name += " (validation)";  // it lies among the training files
    return fmt::format("{} [{}]", name, audit.classes[static_cast<size_t>(image.klass)]);
}

std::string listsText(const DataAudit& audit) {
    std::string text;
    const DuplicateReport& found = audit.duplicates;
    Table pairs({"Near duplicates", "", ">likeness"});
    for (size_t i = 0; i < std::min(mostLines, found.shown.size()); ++i)
        pairs.add({nameOf(found.shown[i].first, audit), nameOf(found.shown[i].second, audit),
                   found.shown[i].exact ? "equal" : fmt::format("{:.3f}", found.shown[i].likeness)});
    if (!pairs.empty()) text += "\n" + pairs.text();
    if (found.pairs > static_cast<int64_t>(mostLines))
        text += fmt::format("and {} more pairs\n", found.pairs - static_cast<int64_t>(mostLines));
    if (!audit.labels) return text;
    Table doubts({"Label in doubt", "taken for", ">confidence"});
    for (size_t i = 0; i < std::min(mostLines, audit.labels->shown.size()); ++i) {
        const LabelDoubt& doubt = audit.labels->shown[i];
        doubts.add({nameOf(doubt.image, audit), audit.classes[static_cast<size_t>(doubt.answer)], percent(doubt.confidence)});
    }
    return doubts.empty() ? text : text + "\n" + doubts.text();
}

int audit(const Cli& cli, const AuditArguments& arguments) {
    const Json data = dataOf(arguments);
    if (arguments.writeCard) {
        const std::string place = writeDataCard(data);
        if (cli.json)
            printJson({{"card", place}});
        else
            print("An empty data card was written to " + place + ". Fill it in.\n");
        return 0;
    }
    std::optional<RunAnswers> answers;
    if (!arguments.run.empty()) answers = answersOfRun(cli.read(), arguments.run, arguments.role);
    const DataAudit found = [&] {
        const StopOnSignal stopping;
        const ProgressLine line;
        return auditData(
            data,
            {.threads = arguments.threads, .progress = line.teller(), .stop = stopping.token(), .answers = std::move(answers)});
    }();
    if (cli.json)
        printJson(found.toJson());
    else
        print(findingsText(found) + "\n" + countsText(found) + "\n" + statisticsText(found) + listsText(found));
    return 0;
}

}  // namespace

void addAuditCommand(CLI::App& app, Cli& cli) {
    const auto arguments = std::make_shared<AuditArguments>();
    CLI::App* command =
        addCommand(app, "audit", "Look at a data set before training: groups, near duplicates, leaks, labels, data card", cli,
                   [&cli, arguments] { return audit(cli, *arguments); });
    command->add_option("DATA", arguments->data.file, "A folder of images, or an experiment's JSON file")->required();
    command
        ->add_option("--set", arguments->data.assignments,
                     "Sets one value, for example data.groups.from=colour (may be repeated)")
        ->allow_extra_args(false)
        ->type_name("PATH=VALUE");
    command->add_option("--run", arguments->run, "A run on these data, whose answers tell which labels may be wrong");
    command->add_option("--role", arguments->role, "Whose answers: student, static, ..")->needs("--run");
    command->add_flag("--write-card", arguments->writeCard,
                      "Only write an empty data card beside the images; never over another");
    command->add_option("--threads", arguments->threads, "CPU threads (0: all cores)")
        ->check(CLI::Range(0, 1024))
        ->type_name("N");
}

}  // namespace gaplab::cli
