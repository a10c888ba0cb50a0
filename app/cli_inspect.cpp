#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/cli_experiment.h"
#include "app/cli_text.h"
#include "app/gaplab_cli.h"
#include "core/base/names.h"
#include "core/experiment/warnings.h"
#include "core/run/inspect.h"

namespace gaplab::cli {
namespace {

struct CheckArguments {
    ExperimentArguments experiment;
    bool noData = false;
    int threads = 0;
};

Json inspectionDocument(const Inspection& inspection) {
    Json document = {{"networks", inspection.networks}, {"memory_bytes", nullptr}, {"seconds_per_epoch", nullptr}};
    if (inspection.memoryBytes > 0) document["memory_bytes"] = inspection.memoryBytes;
    if (inspection.imageBytes > 0) document["image_bytes"] = inspection.imageBytes;
    if (inspection.residentBytes > 0) document["resident_bytes"] = inspection.residentBytes;
    if (inspection.secondsPerEpoch > 0) document["seconds_per_epoch"] = inspection.secondsPerEpoch;
    document["adaptations"] = inspection.adaptations;
    if (inspection.data) {
        const DataPreview& data = *inspection.data;
        document["data"] = {{"train", data.train},       {"validation", data.validation},   {"test", data.test},
                            {"channels", data.channels}, {"height", data.height},           {"width", data.width},
                            {"classes", data.classes},   {"fingerprint", data.fingerprint}, {"skipped_files", data.skippedFiles}};
    }
    return document;
}

std::string inspectionText(const Inspection& inspection, int64_t epochs) {
    Table table({"Network", "architecture", ">parameters", ">MACs"});
    for (const auto& [role, facts] : inspection.networks.items())
        table.add({role, facts.value("architecture", ""), grouped(facts.value("parameters", int64_t{0})),
                   grouped(facts.value("macs", int64_t{0}))});
    std::string text = table.text() + "\n";
    for (size_t i = 0; i < inspection.adaptations.size(); ++i)
        for (const std::string& line : inspection.adaptations[i])
            text += fmt::format("knowledge[{}] {}\n", i, line);
    if (inspection.data) {
        const DataPreview& data = *inspection.data;
        text += fmt::format("Data         {} training, {} validation and {} test images of {} x {} x {}, {} classes\n",
                            grouped(data.train), grouped(data.validation), grouped(data.test), data.channels, data.height,
                            data.width, data.classes.size());
        for (const std::string& file : data.skippedFiles)
            text += "Skipped      " + file + "\n";
    }
    if (inspection.memoryBytes > 0)
        text += fmt::format("Memory       about {} of tensors at the fullest moment of a step, {} of images\n",
                            size(inspection.memoryBytes), size(inspection.imageBytes));
    if (inspection.residentBytes > 0) text += "             this process held at most " + size(inspection.residentBytes) + "\n";
    if (!inspection.notTried.empty()) text += "Time         " + inspection.notTried + "\n";
    if (inspection.secondsPerEpoch > 0)
        text +=
            fmt::format("Time         about {:.1f} s an epoch, {} for {} epochs (without a teacher that is trained first)\n",
                        inspection.secondsPerEpoch, duration(inspection.secondsPerEpoch * static_cast<double>(epochs)), epochs);
    return text;
}

int check(const Cli& cli, const CheckArguments& arguments) {
    const Json document = readExperiment(arguments.experiment);
    requireValid(document, arguments.experiment.file);
    const Inspection inspection =
        inspect(document, {.data = !arguments.noData, .time = !arguments.noData, .threads = arguments.threads});
    if (!inspection.problems.empty())
        throw Error(Fault::Input, arguments.experiment.file + " cannot be trained as it stands.", "Correct the file or --set.",
                    inspection.problems);
    tellWarnings(document);
    if (cli.json) {
        Json answer = inspectionDocument(inspection);
        for (const Problem& warning : warnings(document, catalogue()))
            answer["warnings"].push_back({{"path", warning.path}, {"message", warning.message}, {"allowed", warning.allowed}});
        printJson(answer);
    } else
        print(inspectionText(inspection, parseExperiment(document, catalogue()).training.epochs));
    return 0;
}

std::string memberText(const Member& member) {
    std::string text = member.name + "\n    " + member.help + (member.source.empty() ? "" : " (" + member.source + ")") + "\n";
    if (const std::string formula = member.facts.value("formula", ""); !formula.empty()) text += "    " + formula + "\n";
    for (const Parameter& parameter : member.parameters) {
        const std::string unit = parameter.unit.empty() ? "" : " " + parameter.unit;
        const std::string otherwise = parameter.defaultValue.is_null() ? "" : ", default " + parameter.defaultValue.dump() + unit;
        const std::string source = parameter.source.empty() ? "" : "; " + parameter.source;
        text += fmt::format("    {}: {} ({}{}{})\n", parameter.name, parameter.help, allowedValues(parameter), otherwise, source);
    }
    return text;
}

int list(const Cli& cli, const std::string& kind) {
    std::vector<std::string> kinds;
    for (const auto& [registry, name] : registryNames()) {
        kinds.push_back(name);
        if (name != kind) continue;
        if (cli.json) {
            printJson({{kind, catalogue().toJson(registry)}});
            return 0;
        }
        std::string text;
        for (const Member& member : catalogue().members(registry))
            if (member.available) text += memberText(member);
        print(text.empty() ? "None in this version.\n" : text);
        return 0;
    }
    const std::string near = nearestName(kind, kinds);
    throw inputError("There is nothing to list by the name \"" + kind + "\".",
                     near.empty() ? "What can be listed: " + join(kinds) + "." : "Did you mean \"" + near + "\"?");
}

}  // namespace

void addInspectCommands(CLI::App& app, Cli& cli) {
    const auto arguments = std::make_shared<CheckArguments>();
    CLI::App* checkCommand =
        addCommand(app, "check", "Validate an experiment, profile its networks, run one batch and estimate memory and time", cli,
                   [&cli, arguments] { return check(cli, *arguments); });
    addExperimentArguments(*checkCommand, arguments->experiment);
    checkCommand->add_flag("--no-data", arguments->noData, "Without loading the data: no memory and no time are told");
    checkCommand->add_option("--threads", arguments->threads, "CPU threads (0: all cores)")
        ->check(CLI::Range(0, 1024))
        ->type_name("N");

    const auto kind = std::make_shared<std::string>();
    addCommand(app, "list", "List what an experiment can name, with its parameters", cli,
               [&cli, kind] { return list(cli, *kind); })
        ->add_option(
            "KIND", *kind,
            "architectures, losses, sources, measures, actuators, mitigations, teachers, optimizers, schedules, augmentations")
        ->required();
}

}  // namespace gaplab::cli
