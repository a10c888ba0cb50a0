#include "core/store/whole_run.h"

#include <bit>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/base/files.h"
#include "core/store/implementation.h"
#include "core/store/predictions.h"

namespace gaplab {
namespace {

/// Every part goes in with its length, so that no two runs give the same bytes.
class ContentDigest {
public:
    void add(uint64_t number) { hash_.update(&number, sizeof number); }
    void add(int64_t number) { add(static_cast<uint64_t>(number)); }
    void add(double number) {
        add(std::bit_cast<uint64_t>(std::isnan(number) ? std::numeric_limits<double>::quiet_NaN() : number));
    }
    void add(const std::string& text) {
        add(uint64_t{text.size()});
        hash_.update(text);
    }
    void add(const Point& point) {
        add(point.step);
        add(point.epoch);
        add(point.value);
        add(point.wall);
    }
    void add(const RunEvent& event) {
        add(event.step);
        add(event.epoch);
        add(event.wall);
        add(event.level);
        add(event.kind);
        add(event.text);
        add(storedText(event.details));
    }
    std::string finish() { return hash_.finish(); }

private:
    Sha256 hash_;
};

void requireStorable(const WholeRun& run) {
    if (isLive(run.state))
        throw inputError(
            fmt::format("The run \"{}\" is {}: a run that goes on cannot be taken over", run.facts.name, toText(run.state)),
            "Take it over when it has ended.");
    for (const auto& [name, points] : run.series) {
        const bool ascend = std::ranges::adjacent_find(points, std::ranges::greater_equal(), &Point::step) == points.end();
        if (!ascend || (!points.empty() && points.front().step < 0))
            throw inputError(fmt::format("The steps of {} of the run \"{}\" do not ascend from 0 on", name, run.facts.name));
    }
}

std::optional<int64_t> idOf(Connection& connection, const std::string& uuid) {
    Query query(connection, "SELECT id FROM run WHERE uuid = ?", uuid);
    return query.next() ? std::optional(query.integer(0)) : std::nullopt;
}

std::optional<double> known(double time) {
    return time > 0 ? std::optional(time) : std::nullopt;
}

/// What of a row only a run has that is over.
void closeRow(Connection& connection, int64_t id, const WholeRun& run) {
    Query(connection,
          "UPDATE run SET uuid = coalesce(?, uuid), state = ?, exit_text = ?, created = coalesce(?, created), started = ?, "
          "finished = ?, deleted_at = ?, foreign_ref = ?, worker_pid = NULL, worker_boot = NULL WHERE id = ?",
          run.uuid.empty() ? std::nullopt : std::optional(run.uuid), toText(run.state), run.reason, known(run.created),
          known(run.started), known(run.finished), known(run.deletedAt),
          run.foreignRef.empty() ? std::nullopt : std::optional(run.foreignRef), id)
        .run();
}

std::vector<PredictionRecord> readPredictions(Connection& connection, int64_t run) {
    std::vector<PredictionRecord> records;
    Query query(connection, "SELECT role, split, epoch, enc, data FROM prediction WHERE run_id = ? ORDER BY epoch, role, split",
                run);
    while (query.next()) {
        PredictionRecord record{.role = query.text(0), .split = query.text(1), .epoch = query.real(2)};
        if (decodePredictions(query.bytes(4), static_cast<int>(query.integer(3)), record)) records.push_back(std::move(record));
    }
    return records;
}

NewRun factsOf(const RunRow& row) {
    NewRun facts;
    facts.name = row.name;
    facts.kind = row.kind;
    facts.trial = row.trial;
    facts.trialLabel = row.trialLabel;
    facts.document = row.document;
    facts.seed = row.seed;
    facts.notes = row.notes;
    facts.dataName = row.dataName;
    facts.dataFingerprint = row.dataFingerprint;
    facts.splitSeed = row.splitSeed;
    facts.dataFacts = row.dataFacts;
    facts.environment = row.environment;
    for (const auto& [role, description] : row.networks.items())
        facts.architectures[role] = description;
    return facts;
}

}  // namespace

std::string contentHash(const WholeRun& run) {
    ContentDigest digest;
    digest.add(storedText(run.facts.document));
    digest.add(run.facts.seed);
    digest.add(uint64_t{run.series.size()});
    for (const auto& [name, points] : run.series) {
        digest.add(name);
        digest.add(uint64_t{points.size()});
        for (const Point& point : points)
            digest.add(point);
    }
    digest.add(uint64_t{run.events.size()});
    for (const RunEvent& event : run.events)
        digest.add(event);
    return digest.finish();
}

std::vector<int64_t> Store::addWholeRuns(std::span<const WholeRun> runs) {
    std::ranges::for_each(runs, requireStorable);
    Connection& connection = *implementation_->connection;
    return connection.write(Durability::Sure, [&] {
        std::vector<int64_t> ids;
        for (const WholeRun& run : runs)
            ids.push_back(implementation_->addWhole(run));
        return ids;
    });
}

int64_t Store::Implementation::addWhole(const WholeRun& run) {
    if (const auto id = idOf(*connection, run.uuid))
        throw inputError(fmt::format("The run {} is in the store already, as run {}", run.uuid, *id));
    NewRun facts = run.facts;
    facts.from.clear();
    for (const auto& [role, uuid] : run.from)
        if (const auto source = idOf(*connection, uuid)) facts.from[role] = *source;
    const int64_t id = insertRun(facts, thisProcess(), {});
    closeRow(*connection, id, run);
    // the files that lie there are this run's now, whatever was to become of them
    Query(*connection, "DELETE FROM to_delete WHERE rel_path = ?", filesOf(run.uuid)).run();
    writeTags(id, {run.tags.begin(), run.tags.end()});
    for (const auto& [name, points] : run.series)
        writeNewSeries(id, name, points);
    for (const RunEvent& event : run.events)
        addEvent(id, event);
    for (const PredictionRecord& record : run.predictions)
        insertPrediction(*connection, id, record);
    for (const CheckpointRecord& record : run.checkpoints)
        insertCheckpoint(*connection, id, record);
    return id;
}

WholeRun Store::wholeRun(int64_t id) const {
    const RunRow row = run(id);
    WholeRun whole{.facts = factsOf(row),
                   .uuid = row.uuid,
                   .foreignRef = row.foreignRef,
                   .state = row.state,
                   .reason = row.reason,
                   .created = row.created,
                   .started = row.started,
                   .finished = row.finished,
                   .deletedAt = row.deletedAt,
                   .tags = row.tags,
                   .events = events(id),
                   .checkpoints = checkpoints(id)};
    for (const SeriesSummary& summary : row.series)
        whole.series[summary.name] = points(id, summary.name);
    Connection& connection = *implementation_->connection;
    connection.read([&] {
        Query trial(connection, "SELECT t.base_json FROM run r JOIN trial t ON t.id = r.trial_id WHERE r.id = ?", id);
        if (trial.next()) whole.facts.trialDocument = trial.json(0);
        Query lineage(connection, "SELECT l.name, r.uuid FROM lineage l JOIN run r ON r.id = l.from_run WHERE l.run_id = ?", id);
        while (lineage.next())
            whole.from[lineage.text(0)] = lineage.text(1);
        whole.predictions = readPredictions(connection, id);
    });
    return whole;
}

}  // namespace gaplab
