#include "core/base/error.h"

#include <system_error>

namespace gaplab {

Error::Error(Fault fault, const std::string& message, std::string hint, std::vector<Problem> problems)
    : std::runtime_error(message), fault_(fault), hint_(std::move(hint)), problems_(std::move(problems)) {}

int Error::exitCode() const {
    switch (fault_) {
        case Fault::Input: return 2;
        case Fault::World: return 1;
        case Fault::Stopped: return 130;
    }
    return 1;
}

Json Error::toJson() const {
    Json problems = Json::array();
    for (const Problem& problem : problems_)
        problems.push_back({{"path", problem.path}, {"message", problem.message}, {"allowed", problem.allowed}});
    static constexpr const char* faults[] = {"input", "world", "stopped"};
    return {{"error",
             {{"message", what()}, {"hint", hint_}, {"fault", faults[static_cast<size_t>(fault_)]}, {"problems", problems}}}};
}

std::string Error::describe() const {
    std::string text = what();
    for (const Problem& problem : problems_) {
        text += "\n  " + (problem.path.empty() ? std::string() : problem.path + ": ") + problem.message;
        if (!problem.allowed.empty()) text += " (allowed: " + problem.allowed + ")";
    }
    if (!hint_.empty()) text += "\n" + hint_;
    return text;
}

Error inputError(const std::string& message, std::string hint) {
    return {Fault::Input, message, std::move(hint)};
}

Error worldError(const std::string& message, std::string hint) {
    return {Fault::World, message, std::move(hint)};
}

Error systemError(const std::string& message, int errorNumber, std::string hint) {
    return {Fault::World, message + ": " + std::generic_category().message(errorNumber), std::move(hint)};
}

}  // namespace gaplab
