#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace gaplab {

enum class RunState { Queued, Preparing, Running, Paused, Finished, Stopped, Failed, Lost };
/// "queued", "preparing", ...; stored and printed as these codes.
std::string toText(RunState state);
RunState runStateFromText(const std::string& text);
/// Queued, preparing, running or paused.
bool isLive(RunState state);
/// Whether resume makes sense: stopped, failed or lost.
bool isResumable(RunState state);
/// The state machine of a run: queued, preparing, running and paused, finished; a live run may become stopped, failed or lost at
/// any time, and these three are queued again by resume.
bool canFollow(RunState from, RunState to);

/// One value of a series. NaN is kept.
struct Point {
    int64_t step = 0;
    double epoch = 0;  ///< step / steps an epoch
    double value = 0;
    double wall = 0;  ///< seconds since the epoch, UTC
    bool operator==(const Point&) const = default;
};

/// A point with the series it belongs to, as the recorder writes it.
struct SeriesPoint {
    std::string series;  ///< role/split/measure, e.g. "student/validation/accuracy"
    Point point;
};

struct SeriesSummary {
    std::string name;
    int64_t count = 0;
    Point last;
    Point minimum, maximum;  ///< NaN skipped
    int64_t nanCount = 0;
    /// "up": larger is better (accuracy), "down" (loss, error), "" (neither)
    std::string direction;
    /// The best point under `direction`; the last one where there is no direction.
    const Point& best() const { return direction == "up" ? maximum : direction == "down" ? minimum : last; }
};

struct RunEvent {
    int64_t step = 0;
    double epoch = 0;
    double wall = 0;
    std::string level = "info";  ///< info, warning, error
    std::string kind;            ///< started, resumed, rewound, checkpoint, paused, stopped, nan, lost, skipped, ...
    std::string text;            ///< a sentence
    Json details;
};

/// What a network answered on one set of held-out images, in their order.
struct PredictionRecord {
    std::string role;   ///< of the network; "labels": what is right; "groups": places among the data facts' groups,
                        ///< behind the last: not known
    std::string split;  ///< "validation", "test"
    double epoch = 0;
    std::vector<uint16_t> classes;
    std::vector<uint8_t> confidences;  ///< probability of that class, of 255
};

struct CheckpointRecord {
    int64_t id = 0;
    int64_t step = 0;
    double epoch = 0;
    std::string kind;          ///< "last" (full training state), "best" and "epoch" (weights)
    std::string relativePath;  ///< to the folder of the store
    int64_t bytes = 0;
    std::string sha256;
    Json facts;  ///< e.g. {"validation_accuracy": 0.71}
};

/// What is known when a run is added.
struct NewRun {
    std::string name;
    std::string kind = "experiment";  ///< or "stage"
    std::string trial;                ///< identity, 64 hex digits
    std::string trialLabel;
    Json trialDocument;  ///< canonical form without seed and cosmetic fields
    Json document;       ///< the run's whole experiment document
    uint64_t seed = 0;
    std::string notes;
    std::string dataName;
    std::string dataFingerprint;
    uint64_t splitSeed = 0;
    Json dataFacts;    ///< counts, classes, skipped files
    Json environment;  ///< resolved precision, device, threads, host, versions
    std::map<std::string, int64_t>
        from;  ///< lineage: role -> run whose weights it uses; -k: the k-th run of the same addRuns call
    std::map<std::string, Json> architectures;  ///< role -> {"architecture", "parameters", "macs", "stage_shapes"}
};

/// A row of the Library: the run and its series' summaries, without points.
struct RunRow {
    int64_t id = 0;
    std::string uuid, name, kind, trial, trialLabel, notes;
    uint64_t seed = 0;
    RunState state = RunState::Queued;
    std::string reason;                             ///< why it stopped, failed or was lost; empty otherwise
    double created = 0, started = 0, finished = 0;  ///< 0: not yet
    double deletedAt = 0;                           ///< 0: not in the trash
    bool ownProcess = false;                        ///< lease held by this process
    Json document, environment, dataFacts, networks;
    std::string dataName, dataFingerprint;
    uint64_t splitSeed = 0;
    std::string foreignRef;  ///< "FORMAT:ID" of a run that another program made; empty otherwise
    std::map<std::string, int64_t> from;
    std::vector<std::string> tags;  ///< in alphabetical order
    std::string folder;             ///< "paper/ablation"; empty: in none
    std::vector<SeriesSummary> series;

    /// Null where the run has no such series.
    const SeriesSummary* find(const std::string& seriesName) const;
};

/// {"id", "uuid", "name", "trial", "seed", "state", "reason", "series": {NAME: {"count", "last", "best", "best_epoch"}}, ...}:
/// the command line's answer.
Json toJson(const RunRow& run);

}  // namespace gaplab
