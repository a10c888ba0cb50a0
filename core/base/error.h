#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace gaplab {

/// One thing that is wrong with a document: where, what was found, what is allowed.
struct Problem {
    std::string path;     ///< dotted JSON path, e.g. "knowledge[1].loss"; empty: the document as a whole
    std::string message;  ///< a whole sentence, without the path
    std::string allowed;  ///< allowed values or range; empty where there is nothing to list
};

/// Who can mend an error; decides the exit code of the command line.
enum class Fault {
    Input,    ///< what the person gave (exit code 2, nothing stored)
    World,    ///< disk, permissions, memory, network (exit code 1, stored data intact)
    Stopped,  ///< a person stopped it (exit code 130)
};

/// The one exception type: what went wrong, where, and what to do about it.
class Error : public std::runtime_error {
public:
    Error(Fault fault, const std::string& message, std::string hint = {}, std::vector<Problem> problems = {});

    Fault fault() const { return fault_; }
    /// What the person can do now; may be empty.
    const std::string& hint() const { return hint_; }
    const std::vector<Problem>& problems() const { return problems_; }
    int exitCode() const;
    /// {"error": {"message", "hint", "fault": "input"|"world"|"stopped", "problems": [{"path", "message", "allowed"}]}}
    Json toJson() const;
    /// The message, the problems one a line, and the hint, for a terminal or a log.
    std::string describe() const;

private:
    Fault fault_;
    std::string hint_;
    std::vector<Problem> problems_;
};

/// The caller gave something wrong.
[[nodiscard]] Error inputError(const std::string& message, std::string hint = {});
/// The world (disk, memory, network) refused.
[[nodiscard]] Error worldError(const std::string& message, std::string hint = {});
/// A system call failed: the message with the reason of errno behind it.
[[nodiscard]] Error systemError(const std::string& message, int errorNumber, std::string hint = {});

}  // namespace gaplab
