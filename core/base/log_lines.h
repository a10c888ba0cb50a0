#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gaplab {

/// One line of the program's log.
struct LogLine {
    uint64_t number = 0;  ///< ascending, without gaps
    double wall = 0;      ///< seconds since the epoch, UTC
    std::string level;    ///< "debug", "info", "warning", "error"
    std::string text;
};

/// As many lines are kept; the oldest go first.
constexpr size_t mostLogLines = 5000;

/// Lines of every level from "debug" on that were written since the log was started, later than number `after`. Thread-safe.
std::vector<LogLine> logLines(uint64_t after = 0);

}  // namespace gaplab
