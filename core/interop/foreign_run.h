#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/store/whole_run.h"

namespace gaplab {

/// A run that would come in, and what of it would not.
struct IncomingRun {
    WholeRun run;
    std::string format;
    std::filesystem::path source;            ///< the file or folder that holds it
    std::vector<std::string> notUnderstood;  ///< sentences without a full stop
};

/// A run of another program as its files tell it: names are that program's own.
struct ForeignRun {
    std::string format;
    std::string id;  ///< unique within the format; kept, and what duplicates are found by
    std::filesystem::path source;
    std::string name;
    std::string notes;
    Json parameters = Json::object();
    Json facts = Json::object();  ///< whatever else is worth keeping: experiment, tags
    /// In the order in which they were logged. An epoch that is not a number is unknown.
    std::map<std::string, std::vector<Point>> series;
    double started = 0, finished = 0;  ///< seconds since the epoch, UTC; 0: not known
    RunState state = RunState::Finished;
    std::string reason;
    std::vector<std::string> notUnderstood;
};

/// In the store's words. Series are named role/split/measure: other names become foreign/GROUP/NAME, and the document keeps what
/// they were. Steps ascend: of several values at one step the last stays, and where all have the same step they are counted.
/// Unknown epochs are the steps. Parameters and facts stand under "foreign" in the document, the parameter "seed" is the run's.
IncomingRun incoming(ForeignRun foreign);

/// "name" written by another program as a number, where it is nothing but one, else as text.
Json plainValue(const std::string& text);

}  // namespace gaplab
