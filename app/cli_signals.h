#pragma once

namespace gaplab::cli {

/// From now on Ctrl-C, SIGTERM and a closed terminal are counted instead of ending the program.
void watchForStop();
/// How often a stop was asked for.
int stopRequests();
/// While nothing has been stored there is nothing to save: the first request then ends the program at once with exit code 130
/// (and the JSON form of that error where `json` is set).
void endAtOnce(bool atOnce, bool json);

}  // namespace gaplab::cli
