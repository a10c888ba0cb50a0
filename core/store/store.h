#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/store/records.h"
#include "core/store/whole_run.h"

namespace gaplab {

/// The one SQLite file that holds every run. One Store is one connection: use it from one thread at a time; several processes and
/// threads may each have their own. Reading never blocks a writer. Every call throws Error (World) when the disk is full or the
/// file cannot be read or written; what was stored before stays intact.
class Store {
public:
    enum class Mode {
        Create,  ///< read and write; made where it is missing
        Write,   ///< read and write; Error (Input) where it is missing
        Read,    ///< reading only; Error (Input) where it is missing
    };

    /// Opens, and migrates an older store in Mode::Create and Mode::Write (after a dated backup beside it). Throws Error (Input),
    /// and leaves the file untouched, if it is not a GapLab store, or if it is newer than this program and not opened with
    /// Mode::Read.
    Store(const std::filesystem::path& path, Mode mode);
    ~Store();
    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;

    const std::filesystem::path& path() const;
    /// True where the store was written by a newer program (Mode::Read only).
    bool isNewer() const;
    /// Folder for the files of a run (checkpoints), beside the store; made when missing.
    std::filesystem::path runFolder(const std::string& uuid) const;
    /// The same for a run that addWholeRuns is about to add: if it does not within a day, since the process was killed for one,
    /// removeLeftFiles takes the folder away. Throws Error (Input) for a run that is in the store.
    std::filesystem::path incomingFolder(const std::string& uuid);

    // --- runs
    int64_t addRun(const NewRun& run);
    /// All of them or none.
    std::vector<int64_t> addRuns(const std::vector<NewRun>& runs);
    /// Runs that ended elsewhere, with all that belongs to them; all of them or none. Lineage leads to runs that are in the store
    /// or stand before in `runs`, and is left out otherwise. Throws Error (Input) for a uuid that is in the store already, a live
    /// run, a wrong name of a series, or steps that do not ascend from 0 on.
    std::vector<int64_t> addWholeRuns(std::span<const WholeRun> runs);
    /// The one place where a run changes its state. Throws std::logic_error for a transition that the state machine does not
    /// have.
    void setState(int64_t run, RunState state, const std::string& reason = {});
    /// Takes the run for this process until `seconds` from now and records the heartbeat.
    void holdLease(int64_t run, double seconds);
    /// Every live run whose lease has ended and whose process is gone becomes lost, with an event. Returns their ids.
    std::vector<int64_t> markLostRuns();
    void setEnvironment(int64_t run, const Json& environment);
    void renameRun(int64_t run, const std::string& name);
    /// To the trash; a live run is refused (Error Input).
    void deleteRun(int64_t run);
    void restoreRun(int64_t run);
    void setNotes(int64_t run, const std::string& notes);
    /// Instead of those that it has. Throws Error (Input) for an empty tag and one with a space or a comma.
    void setTags(int64_t run, const std::vector<std::string>& tags);
    /// Into a folder, "paper/ablation", which is made where it is missing; empty: out of every folder. Throws Error (Input) for a
    /// path with an empty part.
    void moveRun(int64_t run, const std::string& folder);
    struct Labels {
        std::vector<std::string> tags, untags;     ///< to add, and to take away
        std::optional<std::string> notes, folder;  ///< instead of those that it has
    };
    /// What setTags, setNotes and moveRun do, for all these runs or, if one of them throws, for none.
    void label(const std::vector<int64_t>& runs, const Labels& labels);
    /// Paths of all folders, in alphabetical order.
    std::vector<std::string> folders() const;
    /// With the folders in it; runs in them are in none from then on.
    void removeFolder(const std::string& folder);

    /// What a purge would take.
    struct Purge {
        std::vector<int64_t> runs;
        int64_t bytes = 0;               ///< of checkpoints
        std::vector<std::string> paths;  ///< folders of files, relative to that of the store
    };
    /// Of these runs in the trash, or of all that lie there. Throws Error (Input) for a run that is not in the trash, and for one
    /// whose weights a run outside the purge was made with.
    Purge planPurge(const std::vector<int64_t>& runs = {}) const;
    /// Removes them for ever: rows at once, then files. Files that cannot be removed now, or whose removal was cut short, are
    /// removed by a later call of removeLeftFiles.
    void purge(const Purge& plan);
    /// Returns how many folders were removed.
    int64_t removeLeftFiles();

    // --- what a run records
    void append(int64_t run, std::span<const SeriesPoint> points, std::span<const RunEvent> events = {});
    /// Adds the row of a checkpoint file that is already in its place; older rows of the same kind (but "epoch") are replaced,
    /// and their paths returned so that the caller removes the files.
    std::vector<std::string> addCheckpoint(int64_t run, const CheckpointRecord& checkpoint);
    /// Of one evaluation. Those of the same splits go, but of this evaluation and of `keptEpoch`.
    void addPredictions(int64_t run, std::span<const PredictionRecord> predictions, double keptEpoch);
    /// Removes points, events and predictions beyond `step` and stores an event "rewound", in one transaction.
    void rewind(int64_t run, int64_t step, double epoch);

    // --- commands between processes
    void postCommand(int64_t run, const Json& command, const std::string& author);
    /// Commands not taken yet, oldest first; they count as taken at `step` from now on.
    std::vector<Json> takeCommands(int64_t run, int64_t step);

    // --- reading
    enum class Trash { Leave, Only, Include };
    /// Ascending by id.
    std::vector<RunRow> runs(Trash trash = Trash::Leave) const;
    /// At most so many outside the trash, newest first, in whose name, trial label, state, notes or tags all the words occur
    /// (case-insensitive).
    std::vector<RunRow> newestRuns(const std::string& words, size_t most) const;
    /// Ascending by id. Ids that are in no store are left out.
    std::vector<RunRow> runs(const std::vector<int64_t>& ids) const;
    /// Of every run, the trash included, ascending by id: a number that changes whenever the run would read differently.
    std::vector<std::pair<int64_t, uint64_t>> stamps() const;
    /// By id, uuid or unique uuid prefix. Throws Error (Input) where there is none.
    RunRow run(const std::string& idOrUuid) const;
    RunRow run(int64_t id) const;
    /// With all its points in memory: 32 bytes each.
    WholeRun wholeRun(int64_t id) const;
    std::vector<RunRow> runsOfTrial(const std::string& trialPrefix) const;
    /// Ascending by step; `afterStep`: only later ones.
    std::vector<Point> points(int64_t run, const std::string& series, int64_t afterStep = -1) const;
    std::vector<RunEvent> events(int64_t run) const;
    /// At this epoch, or the latest; nothing where there are none, or where they are damaged.
    std::optional<PredictionRecord> predictions(int64_t run, const std::string& role, const std::string& split,
                                                std::optional<double> epoch = {}) const;
    std::vector<CheckpointRecord> checkpoints(int64_t run) const;
    std::optional<CheckpointRecord> checkpoint(int64_t run, const std::string& kind) const;
    /// A finished run of the same trial, seed, precision and device kind that can stand in for a stage.
    std::optional<int64_t> findReusable(const std::string& trial, uint64_t seed, const std::string& precision,
                                        const std::string& device) const;
    /// Changes whenever another connection has written (PRAGMA data_version).
    int64_t dataVersion() const;

    // --- the queue: runs that wait for their turn, and those whose process ended while they waited
    /// Puts these runs into this order, before and behind others as they were.
    void setQueue(const std::vector<int64_t>& runs);
    void leaveQueue(const std::vector<int64_t>& runs);
    /// In their order. Runs that have begun, and those in the trash, are left out.
    std::vector<int64_t> queue() const;

    // --- drafts of the Set-up page
    struct Draft {
        int64_t id = 0;
        std::string name;
        Json document;
        double updated = 0;
    };
    std::vector<Draft> drafts() const;
    /// id 0: a new one. Returns the id.
    int64_t saveDraft(const Draft& draft);

    // --- what a person has given a name to
    struct View {
        std::string name;  ///< empty: how the page was left
        Json layout;       ///< as the page wrote it
    };
    /// Of a page ("library"), by name.
    std::vector<View> views(const std::string& page) const;
    /// Instead of one of this name.
    void saveView(const std::string& page, const View& view);
    void removeView(const std::string& page, const std::string& name);
    /// Runs that are compared again and again.
    struct CompareSet {
        std::string name;
        std::vector<std::string> runs = {};  ///< uuids; runs that were purged since are among them
        std::string baseline = {};           ///< identity of the trial compared with; empty: none
    };
    /// By name.
    std::vector<CompareSet> compareSets() const;
    /// Instead of one of this name. Throws Error (Input) without a name, and for a baseline that is not in the store.
    void saveCompareSet(const CompareSet& set);
    void removeCompareSet(const std::string& name);

    // --- health
    struct Health {
        bool ok = false;
        std::vector<std::string> findings;  ///< of integrity_check, foreign_key_check, missing or changed checkpoint files
        int64_t runs = 0, points = 0, bytes = 0;
    };
    Health check() const;
    /// The database alone, for damage of its structure; quick enough for a person who waits. Empty: none was found.
    std::vector<std::string> quickCheck() const;
    /// What takes how many bytes.
    struct Sizes {
        int64_t database = 0;                        ///< the file and its log
        int64_t points = 0, predictions = 0;         ///< in it
        int64_t unused = 0;                          ///< in it; compact gives it back
        std::map<std::string, int64_t> checkpoints;  ///< beside it: kind -> bytes, as recorded
        int64_t trash = 0;                           ///< of those, of runs in the trash
    };
    Sizes sizes() const;
    /// Writes a copy of the store, without the files beside it. Throws Error (Input) where the file exists already.
    void backUp(const std::filesystem::path& path) const;
    /// Gives room that is not used any more back to the disk.
    void compact();

private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

/// Schema version this program writes.
int storeSchemaVersion();

}  // namespace gaplab
