#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/catalogue.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/run/live_feed.h"

namespace gaplab {

/// What a person asks of a run while it goes on. Takes effect within one step; stored as an event.
enum class Command { Pause, Resume, StopAfterStep, StopAfterEpoch };
/// "pause", "resume", "stop_after_step", "stop_after_epoch": as stored in the command table.
std::string toText(Command command);
std::optional<Command> commandFromText(const std::string& text);

struct SubmitOptions {
    std::vector<uint64_t> seeds;  ///< instead of the document's; empty: the document's
    std::string device;           ///< instead of the document's; empty: the document's
    int64_t threads = -1;         ///< instead of the document's; -1: the document's
    /// A finished run of the same experiment and seed, with the same precision and kind of device, is taken instead of training
    /// again, as stages always are.
    bool reuse = false;
    /// Its transfer baselines are trained beside it (core/run/baselines.h): for a student that starts from weights.
    bool baselines = false;
};
/// The document, an object, with what the command line or a button says instead of it.
Json withOptions(Json document, const SubmitOptions& options);

/// The queue and its one background worker thread over one store: everything the window and the command line need to train.
/// Free of Qt and of LibTorch. All members may be called from any thread and none waits for training, SQLite or a GPU, except
/// where said.
class Workbench {
public:
    /// Opens (or makes) the store and marks runs of dead processes as lost. Waits for SQLite. Throws Error.
    explicit Workbench(const std::filesystem::path& store);
    /// Stops what is running after its step, with a checkpoint, and waits for it.
    ~Workbench();
    Workbench(const Workbench&) = delete;
    Workbench& operator=(const Workbench&) = delete;

    const std::filesystem::path& storePath() const;

    /// Queues an experiment. The document is checked at once (throws Error Input with all problems); data are loaded and the runs
    /// stored on a background thread, which ends in a feed item Submitted (with run ids) or Rejected (nothing stored). Returns
    /// the submission number.
    int64_t submit(const Json& document, const SubmitOptions& options = {});
    /// Queues several experiments in this order as one submission: all of them are stored, or none. A stage that several of them
    /// need is trained once.
    int64_t submitAll(const std::vector<Json>& documents, const SubmitOptions& options = {});
    /// Queues a stopped, failed or lost run to go on from its last checkpoint (from the start where it has none). Ends in
    /// Submitted or Rejected. `order`: of the queue from then on; empty: at its end.
    int64_t resume(int64_t run, const std::vector<int64_t>& order = {});

    /// Runs that wait here for their turn, the next one first; the running one is not among them.
    std::vector<int64_t> queue() const;
    /// The run that is prepared or trained here; 0: none.
    int64_t running() const;
    /// Another order for the queue. Runs that do not wait here are ignored, those that are not named go behind, and what a run
    /// needs stays before it. Kept in the store.
    void setQueueOrder(const std::vector<int64_t>& order);
    /// Runs that waited when their process ended do not wait any more: they stay as they are.
    void leaveQueue(const std::vector<int64_t>& runs);

    /// To the running (or a queued) run; for a run of another process the command goes through the store, from a background
    /// thread.
    void command(int64_t run, Command command);
    /// Changes a live field of a run that goes on ("gap.target=4"); it takes effect within a step and becomes an event, also
    /// where it is refused. Ways as for `command`.
    void set(int64_t run, const std::string& assignment);
    /// Stops everything: the running run after its step with a checkpoint, queued ones become stopped. Does not wait.
    void stopAll();
    /// Ends at once what is running, without a checkpoint of its own (the last one stands): for a second Ctrl-C.
    void abandon();

    /// Edits of the store by the window, done by the store-writer thread in order. Each returns its number: a refusal arrives as
    /// a feed item Rejected with this number as its submission, and has changed nothing.
    int64_t renameRun(int64_t run, const std::string& name);
    int64_t deleteRun(int64_t run);
    int64_t restoreRun(int64_t run);
    int64_t setNotes(int64_t run, const std::string& notes);
    int64_t setTags(int64_t run, const std::vector<std::string>& tags);
    int64_t moveRun(int64_t run, const std::string& folder);
    /// These runs in the trash, for ever; see Store::planPurge.
    int64_t purge(const std::vector<int64_t>& runs);
    /// `id` 0: a new draft.
    int64_t saveDraft(int64_t id, const std::string& name, const Json& document);
    /// See Store::saveView; a null layout removes the view.
    int64_t saveView(const std::string& page, const std::string& name, const Json& layout);
    /// See Store::saveCompareSet; without runs the set is removed. `runs`: uuids.
    int64_t saveCompareSet(const std::string& name, const std::vector<std::string>& runs, const std::string& baseline);

    LiveFeed& feed();
    /// A run is being prepared or trained here.
    bool busy() const;
    /// Queued here, the running one not counted.
    int queued() const;
    /// Waits until queue and preparation are empty.
    void wait();

private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace gaplab
