#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <thread>

namespace gaplab::cli {

/// From now on Ctrl-C, SIGTERM and a closed terminal are counted instead of ending the program.
void watchForStop();
/// How often a stop was asked for.
int stopRequests();
/// While nothing has been stored there is nothing to save: the first request then ends the program at once with exit code 130
/// (and the JSON form of that error where `json` is set).
void endAtOnce(bool atOnce, bool json);

/// As long as it lives, Ctrl-C stops what has its token, and a second one the program.
class StopOnSignal {
public:
    StopOnSignal();
    std::stop_token token() const { return source_.get_token(); }

private:
    std::stop_source source_;
    std::jthread watcher_;  // last: it uses the other
};

/// How far a look at something is, in one line of the terminal that is taken away at the end; nothing where standard error is no
/// terminal.
class ProgressLine {
public:
    ProgressLine();
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    /// May be called from any thread; empty where nothing is to be told.
    std::function<void(const std::string& what, double fraction)> teller() const;

private:
    bool terminal_;
};

}  // namespace gaplab::cli
