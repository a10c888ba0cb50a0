#include "app/cli_sweep.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/cli_text.h"
#include "core/base/files.h"
#include "core/run/inspect.h"
#include "core/run/sweep_plan.h"

namespace gaplab::cli {
namespace {

void collect(std::vector<Problem>& problems, const std::string& argument, const std::function<void()>& read) {
    try {
        read();
    } catch (const Error& error) {
        if (error.fault() != Fault::Input) throw;
        if (error.problems().empty()) problems.push_back({argument, error.what(), error.hint()});
        problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
}

void addFile(Json& specification, const std::string& file) {
    const Json read = parseJson(readText(file), file);
    if (!read.is_object()) throw inputError(file + " is not a sweep.", "A sweep is an object of paths and their values.");
    for (const auto& [path, values] : read.items()) {
        if (specification.contains(path)) throw inputError("\"" + path + "\" is swept twice", "Give all its values at once.");
        specification[path] = values;
    }
}

/// The time of each run, and of all of them with the stages they need, from what is stored.
Pace paceOf(const Cli& cli) {
    std::error_code ignored;
    const bool any = std::filesystem::exists(cli.storePath(), ignored);
    return {any ? Store(cli.storePath(), Store::Mode::Read).runs() : std::vector<RunRow>(), catalogue()};
}

Json seedsOf(const Json& document) {
    return document.value("seeds", Json::array({0}));
}

std::string timeText(std::optional<double> seconds) {
    return seconds ? duration(*seconds) : "not known";
}

std::string sizeText(std::optional<int64_t> bytes) {
    return bytes ? size(*bytes) : "not known";
}

std::string valueText(const Json& value) {
    return cut(value.is_string() ? value.get<std::string>() : value.dump(), 40);
}

std::string seedsText(const Json& seeds) {
    std::string text;
    for (const Json& seed : seeds)
        text += (text.empty() ? "" : " ") + seed.dump();
    return cut(text, 30);
}

std::string membersTable(const std::vector<PlacedMember>& members, const SweepPlan& plan) {
    std::vector<std::string> headings = {">Member"};
    for (const auto& [path, value] : members.front().member.values)
        headings.push_back((value.is_number() ? ">" : "") + path);
    headings.insert(headings.end(), {"seeds", ">time", ">disk"});
    Table table(headings);
    for (size_t i = 0; i < members.size(); ++i) {
        const auto& [number, member] = members[i];
        std::vector<std::string> cells = {std::to_string(number)};
        for (const auto& [path, value] : member.values)
            cells.push_back(valueText(value));
        cells.push_back(seedsText(seedsOf(member.document)));
        cells.push_back(timeText(plan.members[i].cost.seconds));
        cells.push_back(sizeText(plan.members[i].cost.bytes));
        table.add(cells);
    }
    return table.text();
}

SweepPlan planOf(const Cli& cli, const std::vector<PlacedMember>& members) {
    SweepReview review;
    for (const PlacedMember& placed : members)
        review.members.push_back({placed.member, {}});
    return planSweep(std::move(review), paceOf(cli), catalogue());
}

Json orNull(const auto& value) {
    return value ? Json(*value) : Json();
}

}  // namespace

void addSweepArguments(CLI::App& command, SweepArguments& arguments) {
    CLI::Option* sweep = command
                             .add_option("--sweep", arguments.assignments,
                                         "Every combination of values (may be repeated): PATH=v1,v2,.. or PATH={\"log\": [0.01, "
                                         "0.1, 3]}, {\"linear\": [0, 1, 5]} or {\"range\": [5, 15, 5]}; or a JSON file of such")
                             ->allow_extra_args(false)
                             ->type_name("PATH=VALUES|FILE");
    command.add_flag("--again", arguments.again, "Also train members that are finished in the store")->needs(sweep);
    command.add_option("--shard", arguments.shard, "Only the i-th of n parts of the sweep, for example 1/4")
        ->needs(sweep)
        ->type_name("i/n");
}

std::vector<PlacedMember> readMembers(const Json& document, const SweepArguments& arguments) {
    std::vector<Problem> problems;
    Json specification = Json::object();
    for (const std::string& assignment : arguments.assignments)
        collect(problems, "--sweep", [&] {
            assignment.find('=') != std::string::npos ? addToSweep(specification, assignment)
                                                      : addFile(specification, assignment);
        });
    Shard shard;
    if (!arguments.shard.empty()) collect(problems, "--shard", [&] { shard = shardFromText(arguments.shard); });
    std::vector<SweepMember> all;
    collect(problems, "--sweep", [&] { all = expandSweep(document, specification, catalogue()); });
    if (!problems.empty()) throw Error(Fault::Input, "The sweep cannot be run; nothing was started.", "", problems);
    std::vector<PlacedMember> members;
    for (size_t i = 0; i < all.size(); ++i)
        if (shard.holds(i)) members.push_back({i + 1, std::move(all[i])});
    return members;
}

int tellMembers(const Cli& cli, const std::vector<PlacedMember>& members) {
    if (members.empty() && !cli.json) return tellEmptyShard(cli);
    const SweepPlan plan = planOf(cli, members);
    Json list = Json::array();
    for (size_t i = 0; i < members.size(); ++i) {
        const auto& [number, member] = members[i];
        Json values = Json::object();
        for (const auto& [path, value] : member.values)
            values[path] = value;
        list.push_back({{"member", number},
                        {"name", member.document.value("name", "")},
                        {"values", values},
                        {"seeds", seedsOf(member.document)},
                        {"seconds", orNull(plan.members[i].cost.seconds)},
                        {"bytes", orNull(plan.members[i].cost.bytes)}});
    }
    const SweepCost& total = plan.total;
    if (cli.json)
        printJson(
            {{"members", list}, {"run_count", total.runs}, {"seconds", orNull(total.seconds)}, {"bytes", orNull(total.bytes)}});
    else
        print(membersTable(members, plan) +
              fmt::format("\nMembers: {}. Runs: {}, and the stages they need. Time in all: {}. Disk in all: {}.\n",
                          members.size(), total.runs, timeText(total.seconds), sizeText(total.bytes)));
    return 0;
}

int tellEmptyShard(const Cli& cli) {
    cli.json ? printJson({{"runs", Json::array()}}) : print("This shard has no member of the sweep.\n");
    return 0;
}

}  // namespace gaplab::cli
