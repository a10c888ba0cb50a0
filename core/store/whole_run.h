#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/store/records.h"

namespace gaplab {

/// A run with everything that is stored of it, as it travels between stores and files. No id of a store is in it.
struct WholeRun {
    NewRun facts;            ///< `facts.from` is not used
    std::string uuid;        ///< empty: a new one is made
    std::string foreignRef;  ///< "FORMAT:ID" of a run that another program made; empty otherwise
    RunState state = RunState::Finished;
    std::string reason;
    double created = 0, started = 0, finished = 0;  ///< seconds since the epoch, UTC; 0: now, never, never
    double deletedAt = 0;                           ///< 0: not in the trash
    std::map<std::string, std::string> from;        ///< lineage: role -> uuid of the run whose weights it uses
    std::vector<std::string> tags;
    std::map<std::string, std::vector<Point>> series;  ///< by role/split/measure; steps ascend
    std::vector<RunEvent> events;
    std::vector<PredictionRecord> predictions;
    std::vector<CheckpointRecord> checkpoints;  ///< of files that lie in their places
};

/// SHA-256 (hex) of document, seed, series (every number bit for bit, but all NaN are one) and events. Equal for the same run in
/// every store, whatever it is called there.
std::string contentHash(const WholeRun& run);

}  // namespace gaplab
