#include <filesystem>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/cli_experiment.h"
#include "app/cli_text.h"
#include "app/cli_work.h"
#include "app/gaplab_cli.h"
#include "core/base/files.h"
#include "core/base/names.h"
#include "core/run/chain.h"
#include "core/run/inspect.h"

namespace gaplab::cli {
namespace {

struct ChainArguments {
    ExperimentArguments experiment;
    std::string teacher = "static";
    int assistants = 1;
    std::string kind = "takd";
    std::vector<std::string> with;  ///< architectures, largest first; instead of proposed ones
    std::vector<std::string> among;
    int probe = 0;
    std::string out;
};

Json asNetwork(const std::string& architecture) {
    if (architecture.starts_with("{")) return valueFromText(architecture);
    return {{"architecture", architecture}};
}

std::vector<AloneRecord> storedRecords(const Cli& cli, const Json& document, int64_t epochs) {
    std::error_code ignored;
    if (!std::filesystem::exists(cli.storePath(), ignored)) return {};
    return aloneRecords(cli.read().runs(), document, catalogue(), epochs);
}

/// Trains what has no record yet: teacher, student and the candidates, each alone and for a few epochs.
void probe(const Cli& cli, const Json& document, const ChainArguments& arguments) {
    std::vector<Json> networks = {networkOf(document, arguments.teacher), networkOf(document, "student")};
    for (const std::string& name : arguments.among)
        networks.push_back(asNetwork(name));
    std::vector<Submission> submissions;
    for (const Json& experiment : probes(document, networks, arguments.probe)) {
        requireValid(experiment, "The probe of " + experiment.at("student").at("architecture").get<std::string>());
        submissions.emplace_back([experiment](Workbench& workbench) { workbench.submit(experiment, {.reuse = true}); });
    }
    const Outcome outcome = follow(cli, submissions);
    if (outcome.error) throw *outcome.error;
    if (!allFinished(cli, outcome))
        throw worldError("The probes were not trained to their end.", "Start again: finished ones are kept.");
}

std::string proposal(const ChainPlan& plan, const ChainArguments& arguments) {
    Table table({"", "network", ">accuracy", ">hop", ">epochs", ">runs"});
    std::optional<double> above;
    const auto add = [&](const std::string& role, const AloneRecord& record) {
        table.add({role, record.network.dump(), percent(record.accuracy),
                   above ? fmt::format("{:.2f}", 100 * (*above - record.accuracy)) : "", fmt::format("{}", record.epochs),
                   fmt::format("{}", record.runs)});
        above = record.accuracy;
    };
    add(arguments.teacher, *plan.teacher);
    for (const AloneRecord& record : plan.assistants)
        add("assistant", record);
    add("student", *plan.student);
    return table.text() +
           fmt::format("The largest hop is {:.2f} points of {:.2f}; best validation accuracy of each network trained alone.\n",
                       100 * plan.largestHop, 100 * (plan.teacher->accuracy - plan.student->accuracy));
}

Json toJson(const std::optional<AloneRecord>& record) {
    if (!record) return {};
    return {{"network", record->network}, {"accuracy", record->accuracy}, {"epochs", record->epochs}, {"runs", record->runs}};
}

Json planJson(const ChainPlan& plan) {
    const auto listed = [](const std::vector<AloneRecord>& records) {
        Json list = Json::array();
        for (const AloneRecord& record : records)
            list.push_back(toJson(record));
        return list;
    };
    return {{"teacher", toJson(plan.teacher)},
            {"student", toJson(plan.student)},
            {"assistants", listed(plan.assistants)},
            {"others", listed(plan.others)},
            {"largest_hop", plan.largestHop}};
}

/// Why nothing can be proposed; empty: something can.
std::string missing(const ChainPlan& plan, const Json& document, const ChainArguments& arguments) {
    std::vector<std::string> unknown;
    if (!plan.teacher) unknown.push_back(networkOf(document, arguments.teacher).dump());
    if (!plan.student) unknown.push_back(networkOf(document, "student").dump());
    if (!unknown.empty()) return "The store has no finished run of " + join(unknown) + " alone, on these data.";
    if (plan.assistants.empty()) return "No stored network lies between teacher and student in accuracy, on these data.";
    return {};
}

int chain(const Cli& cli, const ChainArguments& arguments) {
    const Json document = readExperiment(arguments.experiment);
    requireValid(document, arguments.experiment.file);
    if (arguments.probe > 0) probe(cli, document, arguments);
    ChainPlan plan =
        planChain(storedRecords(cli, document, arguments.probe), document, arguments.teacher, arguments.assistants, catalogue());
    if (!arguments.with.empty()) {
        plan.assistants.clear();
        for (const std::string& name : arguments.with)
            plan.assistants.push_back({.network = asNetwork(name), .training = {}});
    } else if (const std::string why = missing(plan, document, arguments); !why.empty()) {
        throw inputError(why,
                         "Train some alone with --probe EPOCHS --among NETWORK, or name the assistants with --with NETWORK.");
    }
    const Json made = withAssistants(document, arguments.teacher, plan.assistants,
                                     arguments.kind == "dgkd" ? ChainKind::Dgkd : ChainKind::Takd);
    requireValid(made, "The chain");
    if (!arguments.out.empty()) writeTextAtomically(arguments.out, made.dump(2) + "\n");
    if (cli.json) {
        Json answer = planJson(plan);
        answer["experiment"] = made;
        printJson(answer);
        return 0;
    }
    std::string text = arguments.with.empty() ? proposal(plan, arguments) : std::string();
    text += arguments.out.empty() ? made.dump(2) + "\n" : "Written to " + arguments.out + "\n";
    print(text);
    return 0;
}

}  // namespace

void addChainCommand(CLI::App& app, Cli& cli) {
    const auto arguments = std::make_shared<ChainArguments>();
    CLI::App* command = addCommand(app, "chain", "Propose teacher assistants between a static teacher and the student", cli,
                                   [&cli, arguments] { return chain(cli, *arguments); });
    addExperimentArguments(*command, arguments->experiment);
    command->add_option("--teacher", arguments->teacher, "Name of the teacher at the top (default: static)")->type_name("NAME");
    command->add_option("--assistants", arguments->assistants, "How many")->check(CLI::Range(1, 8))->type_name("N");
    command->add_option("--kind", arguments->kind, "takd: each learns from the one above; dgkd: from all above")
        ->check(CLI::IsMember({"takd", "dgkd"}));
    command
        ->add_option("--with", arguments->with,
                     "Instead of proposed ones, largest first (may be repeated): a name, or {\"architecture\": ..}")
        ->allow_extra_args(false)
        ->type_name("NETWORK");
    CLI::Option* probe =
        command
            ->add_option("--probe", arguments->probe,
                         "First train teacher, student and --among alone for so many epochs, where not stored yet")
            ->check(CLI::Range(1, 100'000))
            ->type_name("EPOCHS");
    command->add_option("--among", arguments->among, "A candidate to probe (may be repeated)")
        ->allow_extra_args(false)
        ->type_name("NETWORK")
        ->needs(probe);
    command->add_option("--out", arguments->out, "Where the experiment is written; otherwise it is printed")->type_name("FILE");
}

}  // namespace gaplab::cli
