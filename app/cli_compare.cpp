#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/cli_text.h"
#include "app/cli_work.h"
#include "core/run/add_seeds.h"

namespace gaplab::cli {
namespace {

constexpr double level = 0.95, margin = 0.003;

std::string deltaText(const TrialFigures& trial) {
    if (!trial.delta) return "baseline";
    std::string text = points(trial.delta->difference);
    if (trial.delta->interval)
        text += fmt::format(" [{}, {}]", points(trial.delta->interval->low), points(trial.delta->interval->high));
    return text;
}

/// What stands behind a verdict: "interval at 98.3 %; p 0.03 (t), 0.25 (sign flip); would find 1.15 points with 80 % power".
std::string evidenceText(const Comparison& delta) {
    std::string text = fmt::format("interval at {:.4g} %", 100 * delta.level);
    if (delta.looks > 1) text += fmt::format(", one of {} looks", delta.looks);
    if (delta.pValue) text += fmt::format("; p {:.2g} (t)", *delta.pValue);
    if (delta.signFlip) text += fmt::format(", {:.2g} (sign flip, decides nothing)", delta.signFlip->pValue);
    if (delta.detectable) text += fmt::format("; would find {} points with 80 % power", points(*delta.detectable));
    return text;
}

std::string comparisonText(const TrialComparison& comparison) {
    Table table({"Trial", "label", ">runs", ">test at best validation", ">sd", ">test at last", ">gap at last",
                 "difference (points)", "verdict"});
    std::string remarks;
    for (const TrialFigures& trial : comparison.trials) {
        const auto mean = [](const Summary& summary) { return summary.n > 0 ? std::optional(summary.mean) : std::nullopt; };
        const std::string verdict = trial.delta ? toText(trial.delta->verdict) : "";
        table.add({trial.trial.substr(0, 12), trial.label, std::to_string(trial.testAtBest.n), percent(mean(trial.testAtBest)),
                   points(trial.testAtBest.sd), percent(mean(trial.testAtLast)), points(mean(trial.gapLast)), deltaText(trial),
                   verdict});
        if (trial.delta && !trial.delta->note.empty()) remarks += fmt::format("{}: {}\n", trial.label, trial.delta->note);
        if (trial.delta && trial.delta->interval) remarks += fmt::format("{}: {}\n", trial.label, evidenceText(*trial.delta));
        if (const auto& answers = trial.answers)
            remarks += fmt::format(
                "{}: these two networks alone, on the same {} test images (McNemar): {} points [{}, {}], p {:.2g}; "
                "right alone: {} the first, {} this one\n",
                trial.label, grouped(answers->n), points(answers->difference), points(answers->interval.low),
                points(answers->interval.high), answers->pValue, grouped(answers->onlyFirst), grouped(answers->onlySecond));
        for (const std::string& warning : trial.warnings)
            remarks += fmt::format("{}: {}\n", trial.label, warning);
    }
    for (const std::string& reason : comparison.notComparable)
        remarks += "Not comparable: " + reason + "\n";
    return table.text() + (remarks.empty() ? "" : "\n" + remarks);
}

std::string differencesText(const TrialComparison& comparison) {
    if (comparison.differences.empty()) return {};
    std::vector<std::string> headings = {"Field"};
    for (const TrialFigures& trial : comparison.trials)
        headings.push_back(trial.trial.substr(0, 12));
    Table table(headings);
    for (const Difference& difference : comparison.differences) {
        std::vector<std::string> cells = {difference.path};
        for (const Json& value : difference.values)
            cells.push_back(value.is_null() ? "-" : cut(value.dump(), 40));
        table.add(cells);
    }
    return "\n" + table.text();
}

struct CompareArguments {
    std::vector<std::string> names;
    bool untilDecided = false;
    int64_t cap = SeedPlan().cap;
    std::optional<int64_t> looks;
};

std::string verdictsText(const TrialComparison& comparison) {
    std::string text;
    for (const TrialFigures& trial : comparison.trials)
        if (trial.delta) text += (text.empty() ? "" : ", ") + toText(trial.delta->verdict);
    return text;
}

/// What one look or preparation found, on standard error: training goes on for long.
void tellStep(const SeedStep& step, int64_t looks, const SeedPlan& plan, const TrialComparison& comparison) {
    if (step.isLook)
        std::cerr << fmt::format("Look {} of at most {}, {} seeds a trial: {}\n", looks, plan.looks, step.seeds,
                                 verdictsText(comparison));
    size_t runs = 0;
    for (const MissingSeeds& missing : step.next)
        runs += missing.seeds.size();
    if (runs > 0) std::cerr << fmt::format("Runs to train until the next look: {}\n", runs);
}

void printDecision(const Cli& cli, const TrialComparison& comparison, const SeedStep& step, int64_t looks, const SeedPlan& plan) {
    if (cli.json) {
        Json document = toJson(comparison);
        document["until_decided"] = {
            {"decided", step.decided}, {"looks", looks}, {"looks_at_most", plan.looks}, {"seeds", step.seeds}, {"cap", plan.cap}};
        return printJson(document);
    }
    print(comparisonText(comparison) + differencesText(comparison) +
          fmt::format("\n{} after {} of at most {} looks, with {} of at most {} seeds a trial.\n",
                      step.decided ? "Decided" : "Not decided", looks, plan.looks, step.seeds, plan.cap));
}

/// Trains the seeds that are missing, look after look.
int compareUntilDecided(const Cli& cli, const CompareArguments& arguments) {
    const SeedPlan plan = {arguments.cap, arguments.looks.value_or(SeedPlan().looks)};
    plan.requireSensible();
    for (int64_t looks = 0;;) {
        const TrialComparison comparison = compareTrials(cli.read(), arguments.names, level, margin, plan.looks);
        const SeedStep step = nextSeeds(comparison, plan);
        looks += step.isLook;
        tellStep(step, looks, plan, comparison);
        if (step.next.empty()) {
            printDecision(cli, comparison, step, looks, plan);
            return 0;
        }
        std::vector<Submission> submissions;
        for (const MissingSeeds& missing : step.next)
            submissions.emplace_back([&](Workbench& workbench) { workbench.submit(missing.document, {.seeds = missing.seeds}); });
        const Outcome outcome = follow(cli, submissions);
        if (!allFinished(cli, outcome)) return conclude(cli, outcome);
    }
}

int compareRuns(const Cli& cli, const CompareArguments& arguments) {
    if (arguments.untilDecided) return compareUntilDecided(cli, arguments);
    const int64_t looks = arguments.looks.value_or(1);
    if (looks < 1) throw inputError(fmt::format("{} looks are none.", looks), "--looks is 1 or more.");
    const TrialComparison comparison = compareTrials(cli.read(), arguments.names, level, margin, looks);
    cli.json ? printJson(toJson(comparison)) : print(comparisonText(comparison) + differencesText(comparison));
    return 0;
}

}  // namespace

void addCompareCommand(CLI::App& app, Cli& cli) {
    const auto arguments = std::make_shared<CompareArguments>();
    CLI::App* command = addCommand(app, "compare", "Compare trials (all seeds together) with the first one", cli,
                                   [&cli, arguments] { return compareRuns(cli, *arguments); });
    command->add_option("TRIAL_OR_RUN", arguments->names, "Hashes of trials (six digits at least), ids or uuids of runs")
        ->required();
    CLI::Option* until = command->add_flag("--until-decided", arguments->untilDecided,
                                           "Train further seeds of all trials until each has a verdict, or the cap is reached");
    command->add_option("--cap", arguments->cap, "Seeds a trial at most")->needs(until)->capture_default_str()->type_name("N");
    command
        ->add_option("--looks", arguments->looks,
                     "How often at most the verdicts are looked at while seeds are added; each look is at its share of the level "
                     "(1; with --until-decided 3)")
        ->type_name("L");
}

}  // namespace gaplab::cli
