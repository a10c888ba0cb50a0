#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"

namespace CLI {
class App;
}

namespace gaplab::cli {

/// An experiment as a command takes it: a file and what is set instead of its fields.
struct ExperimentArguments {
    std::string file;
    std::vector<std::string> assignments;  ///< PATH=VALUE
};

/// EXPERIMENT.json and --set.
void addExperimentArguments(CLI::App& command, ExperimentArguments& arguments);
/// The document with the assignments made. Throws Error (Input).
Json readExperiment(const ExperimentArguments& arguments);
/// What should be known before a valid document is trained, to standard error, a line each. A document that is not valid has
/// problems instead.
void tellWarnings(const Json& document);
/// Throws Error (Input) with every problem of the document.
void requireValid(const Json& document, const std::string& file);

}  // namespace gaplab::cli
