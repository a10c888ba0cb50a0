#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/cli_text.h"
#include "app/gaplab_cli.h"
#include "core/base/files.h"
#include "core/run/bias.h"
#include "core/run/inspect.h"

namespace gaplab::cli {
namespace {

/// More are in the files that --csv writes.
constexpr size_t mostClasses = 20;

struct FairnessArguments {
    BiasQuestion question;
    std::string html, csv;
};

std::string figureText(const BiasFigure& figure) {
    return textOf(biasMetrics().front(), figure);  // an accuracy, as all of them
}

std::string networkText(const char* who, const BiasNetwork& network) {
    const char* many = network.seeds.size() == 1 ? "" : "s";
    return fmt::format("{}: {}, seed{} {}, run{} {}\n", who, network.label.empty() ? network.role : network.label, many,
                       fmt::join(network.seeds, ", "), many, fmt::join(network.runs, ", "));
}

std::string whoText(const BiasReport& report) {
    std::string text = networkText("Student", report.student);
    text +=
        report.teacher ? fmt::format("Teacher: {} ({})\n", report.teacher->role, report.teacher->label) : report.noTeacher + "\n";
    text += report.baseline ? networkText("Student alone", *report.baseline) : report.noBaseline + "\n";
    if (!report.noGroups.empty()) text += report.noGroups + "\n";
    for (const std::string& warning : report.warnings)
        text += "Note: " + warning + "\n";
    return text;
}

std::string metricsText(const BiasReport& report) {
    Table table({"Figure", "student", "teacher", "student alone"});
    for (const BiasMetric& metric : biasMetrics()) {
        if (metric.ofGroups && report.groupNames.empty()) continue;
        table.add({metric.name, textOf(report, metric, &report.student), textOf(report, metric, report.teacherOrNull()),
                   textOf(report, metric, report.baselineOrNull())});
    }
    std::string text = table.text();
    const auto& chance = report.student.byChance;
    if (chance.demographicParity || chance.equalizedOdds)
        text += fmt::format("By chance alone the student's DPD would be {} points (p {:.2g}), its EOD {} points (p {:.2g}).\n",
                            points(chance.demographicParity), chance.demographicParityPValue.value_or(1),
                            points(chance.equalizedOdds), chance.equalizedOddsPValue.value_or(1));
    return text;
}

std::string movedText(const fairness::ClassMovement& movement) {
    switch (movement.moved) {
        case fairness::Moved::Up: return "up";
        case fairness::Moved::Down: return "down";
        case fairness::Moved::NotBeyondNoise: return "not beyond noise";
        case fairness::Moved::NotEnoughData: return "-";
    }
    return {};
}

std::string shiftText(const fairness::ClassMovement& movement) {
    if (movement.images == 0) return "-";
    std::string text = points(movement.difference);
    if (movement.interval) text += fmt::format(" [{}, {}]", points(movement.interval->low), points(movement.interval->high));
    return text;
}

/// Those that moved, then the student's worst.
std::vector<const BiasPart*> mostTelling(const std::vector<BiasPart>& parts) {
    std::vector<const BiasPart*> chosen;
    for (const BiasPart& part : parts)
        chosen.push_back(&part);
    const auto hasMoved = [](const BiasPart* part) {
        return part->movement.moved == fairness::Moved::Up || part->movement.moved == fairness::Moved::Down;
    };
    std::ranges::stable_sort(chosen, {},
                             [&](const BiasPart* part) { return std::pair(!hasMoved(part), part->student.value.value_or(2)); });
    chosen.resize(std::min(chosen.size(), mostClasses));
    return chosen;
}

std::string partsText(const char* what, const BiasReport& report, const std::vector<BiasPart>& parts) {
    if (parts.empty()) return {};
    const auto of = [](const auto& network, const BiasFigure& figure) { return network ? figureText(figure) : std::string("-"); };
    Table table({what, ">images", "student", "teacher", "student alone", "shift (points)", "moved"});
    for (const BiasPart* part : mostTelling(parts))
        table.add({part->name, grouped(part->images), figureText(part->student), of(report.teacher, part->teacher),
                   of(report.baseline, part->baseline), shiftText(part->movement), movedText(part->movement)});
    std::string text = "\n" + table.text();
    if (parts.size() > mostClasses)
        text += fmt::format("{} of {}: those that moved, then the worst. --csv writes all.\n", mostClasses, parts.size());
    return text;
}

std::string transferText(const BiasReport& report) {
    if (!report.transfer) return {};
    const auto of = [](const fairness::Estimate& estimate) {
        if (!estimate.value) return std::string("not enough data");
        std::string text = points(estimate.value) + " points";
        if (estimate.interval) text += fmt::format(" [{}, {}]", points(estimate.interval->low), points(estimate.interval->high));
        return text;
    };
    return fmt::format(
        "\nBeyond what the student alone has in common with the teacher: right where it is right {}, the same error where it is "
        "wrong {}.\n{} images were lost (teacher and student alone right, student wrong), {} errors of the teacher taken over.\n",
        of(report.transfer->right), of(report.transfer->wrong), grouped(report.lost.images), grouped(report.takenOver.images));
}

std::string listText(const char* title, const std::vector<std::string>& lines) {
    std::string text = lines.empty() ? "" : fmt::format("\n{}\n", title);
    for (const std::string& line : lines)
        text += "- " + line + "\n";
    return text;
}

std::string reportText(const BiasReport& report) {
    std::vector<std::string> proposals;
    for (const BiasMitigation& each : report.mitigations)
        proposals.push_back(fmt::format("{}: {} {} {}", each.title, each.why, each.path, each.change.dump()));
    return whoText(report) + "\n" + report.summary + "\n\n" + metricsText(report) + partsText("Class", report, report.classes) +
           partsText("Group", report, report.groups) + transferText(report) + listText("What may help", proposals) +
           listText("Scope and limits", report.limits);
}

int tellFairness(const Cli& cli, const FairnessArguments& arguments) {
    const Store store = cli.read();
    const BiasReport report = biasReport(store, arguments.question, catalogue());
    std::vector<std::string> files;
    if (!arguments.html.empty()) {
        writeTextAtomically(arguments.html, biasHtml(report));
        files.push_back(arguments.html);
    }
    if (!arguments.csv.empty())
        for (const auto& path : writeBiasReport(store, report, arguments.csv))
            files.push_back(path.string());
    if (cli.json) {
        Json document = toJson(report);
        document["files"] = files;
        printJson(document);
        return 0;
    }
    std::string written;
    for (const std::string& file : files)
        written += "Written: " + file + "\n";
    print(reportText(report) + (written.empty() ? "" : "\n" + written));
    return 0;
}

}  // namespace

void addFairnessCommand(CLI::App& app, Cli& cli) {
    const auto arguments = std::make_shared<FairnessArguments>();
    CLI::App* command =
        addCommand(app, "fairness", "Tell what a student does to classes and groups, and whether its teacher passed bias on", cli,
                   [&cli, arguments] { return tellFairness(cli, *arguments); });
    BiasQuestion& question = arguments->question;
    command->add_option("RUN", question.run, "Id or uuid of a run, or the hash of a trial; all its seeds count")->required();
    command
        ->add_option("--baseline", question.baseline,
                     "A run of the same student alone (default: the one that the run's document names)")
        ->type_name("RUN");
    command->add_option("--teacher", question.teacher, "The teacher looked at (default: the one whose gap is measured)")
        ->type_name("ROLE");
    command->add_option("--split", question.split, "test (default) or validation")->type_name("SPLIT");
    command->add_option("--html", arguments->html, "Write the report as one HTML document")->type_name("FILE");
    command->add_option("--csv", arguments->csv, "Write tables, report.json, report.html and model-card.md into a folder")
        ->type_name("FOLDER");
}

}  // namespace gaplab::cli
