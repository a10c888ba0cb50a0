#include "app/cli_experiment.h"

#include <iostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/experiment/warnings.h"
#include "core/run/inspect.h"

namespace gaplab::cli {

void addExperimentArguments(CLI::App& command, ExperimentArguments& arguments) {
    command.add_option("EXPERIMENT", arguments.file, "The experiment's JSON file")->required();
    command.add_option("--set", arguments.assignments, "Sets one value, for example training.epochs=5 (may be repeated)")
        ->allow_extra_args(false)
        ->type_name("PATH=VALUE");
}

Json readExperiment(const ExperimentArguments& arguments) {
    Json document = parseJson(readText(arguments.file), arguments.file);
    for (const std::string& assignment : arguments.assignments)
        setValue(document, assignment);
    return document;
}

void tellWarnings(const Json& document) {
    if (!validate(document, catalogue()).empty()) return;
    for (const Problem& warning : warnings(document, catalogue()))
        std::cerr << fmt::format("Warning: {}: {} (give {}).\n", warning.path, warning.message, warning.allowed);
}

void requireValid(const Json& document, const std::string& file) {
    const std::vector<Problem> problems = validate(document, catalogue());
    if (problems.empty()) return;
    const std::string count = problems.size() == 1 ? "one problem" : std::to_string(problems.size()) + " problems";
    throw Error(Fault::Input, file + " has " + count + "; nothing was started.", "Correct the file or --set.", problems);
}

}  // namespace gaplab::cli
