#include "core/store/schema.h"

#include "core/store/store.h"

namespace gaplab {
namespace {

// Columns of type ANY hold floating-point values that must come back bit for bit: a REAL column turns -0.0 into 0. NaN is NULL
// there, as everywhere in SQLite. Times are seconds since the epoch, UTC. Seeds are the 64 bits of an unsigned number.
constexpr const char* firstVersion = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE folder(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, parent_id INTEGER REFERENCES folder(id),
  name TEXT NOT NULL, note_md TEXT NOT NULL DEFAULT '', created REAL NOT NULL, deleted_at REAL) STRICT;

CREATE TABLE dataset(id INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, split_seed INTEGER NOT NULL,
  stats_json TEXT NOT NULL, UNIQUE(name, sha256, split_seed, stats_json)) STRICT;
-- shapes_json: the whole description {"architecture", "parameters", "macs", "stage_shapes"}
CREATE TABLE arch(id INTEGER PRIMARY KEY, name TEXT NOT NULL, params INTEGER, macs INTEGER,
  shapes_json TEXT NOT NULL UNIQUE) STRICT;

-- base_json: the document without seed and cosmetic fields
CREATE TABLE trial(id INTEGER PRIMARY KEY, config_hash TEXT NOT NULL UNIQUE, label TEXT NOT NULL, base_json TEXT NOT NULL) STRICT;

-- worker_boot: boot of the machine, process-id namespace and start of the process worker_pid
CREATE TABLE run(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, folder_id INTEGER REFERENCES folder(id),
  trial_id INTEGER NOT NULL REFERENCES trial(id), seed INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('queued','preparing','running','paused','finished','stopped','failed','lost')),
  exit_code INTEGER, exit_text TEXT NOT NULL DEFAULT '', created REAL NOT NULL, started REAL, finished REAL,
  heartbeat REAL, lease_until REAL, worker_pid INTEGER, worker_boot TEXT,
  parent_run INTEGER REFERENCES run(id) ON DELETE SET NULL, parent_epoch REAL,
  dataset_id INTEGER NOT NULL REFERENCES dataset(id), config_json TEXT NOT NULL, config_hash TEXT NOT NULL,
  code_hash TEXT, app_version TEXT NOT NULL, env_json TEXT NOT NULL, gpu_s REAL NOT NULL DEFAULT 0,
  pinned INTEGER NOT NULL DEFAULT 0, archived_at REAL, deleted_at REAL, note_md TEXT NOT NULL DEFAULT '',
  foreign_ref TEXT, spark BLOB) STRICT;
CREATE INDEX run_by_age ON run(deleted_at, created DESC);
CREATE INDEX run_by_trial ON run(trial_id, seed);
CREATE INDEX run_by_folder ON run(folder_id) WHERE deleted_at IS NULL;
CREATE INDEX run_live ON run(state) WHERE state IN ('queued','preparing','running','paused');

CREATE TABLE run_arch(run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, role TEXT NOT NULL,
  arch_id INTEGER NOT NULL REFERENCES arch(id), PRIMARY KEY(run_id, role)) STRICT, WITHOUT ROWID;

CREATE TABLE param_key(id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, type TEXT NOT NULL, unit TEXT NOT NULL DEFAULT '',
  cosmetic INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE run_param(run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  key_id INTEGER NOT NULL REFERENCES param_key(id), num REAL, txt TEXT, PRIMARY KEY(run_id, key_id)) STRICT, WITHOUT ROWID;
CREATE INDEX run_param_by_value ON run_param(key_id, num);

CREATE TABLE metric(id INTEGER PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, split TEXT NOT NULL,
  unit TEXT NOT NULL, direction TEXT NOT NULL, UNIQUE(name, role, split)) STRICT;
-- n, first, last, minimum and maximum are kept up to date with every point, so that tables never read points
CREATE TABLE series(id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  metric_id INTEGER NOT NULL REFERENCES metric(id), ctx TEXT NOT NULL DEFAULT '', x_kind TEXT NOT NULL DEFAULT 'step',
  n INTEGER NOT NULL DEFAULT 0, nan_n INTEGER NOT NULL DEFAULT 0, first_x INTEGER,
  last_x INTEGER, last_epoch ANY, last_wall ANY, last_v ANY,
  min_x INTEGER, min_epoch ANY, min_wall ANY, min_v ANY,
  max_x INTEGER, max_epoch ANY, max_wall ANY, max_v ANY, UNIQUE(run_id, metric_id, ctx)) STRICT;
CREATE INDEX series_by_best ON series(metric_id, max_v);

CREATE TABLE point_tail(series_id INTEGER NOT NULL REFERENCES series(id) ON DELETE CASCADE, step INTEGER NOT NULL,
  epoch ANY, wall ANY, value ANY, PRIMARY KEY(series_id, step)) STRICT, WITHOUT ROWID;
CREATE TABLE chunk(id INTEGER PRIMARY KEY, series_id INTEGER NOT NULL REFERENCES series(id) ON DELETE CASCADE,
  seq INTEGER NOT NULL, n INTEGER NOT NULL, step0 INTEGER NOT NULL, step1 INTEGER NOT NULL, wall0 ANY, vmin ANY, vmax ANY,
  nan_n INTEGER NOT NULL, enc INTEGER NOT NULL, crc32 INTEGER NOT NULL, data BLOB NOT NULL, UNIQUE(series_id, seq)) STRICT;
CREATE TABLE epoch(run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, epoch INTEGER NOT NULL,
  step INTEGER NOT NULL, wall REAL NOT NULL, images INTEGER NOT NULL, PRIMARY KEY(run_id, epoch)) STRICT, WITHOUT ROWID;

CREATE TABLE gap_target(run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, rev INTEGER NOT NULL, from_epoch REAL NOT NULL,
  metric_id INTEGER NOT NULL REFERENCES metric(id), shape_json TEXT NOT NULL, band REAL NOT NULL, actuator TEXT, kp REAL, ki REAL,
  author TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY(run_id, rev)) STRICT, WITHOUT ROWID;
CREATE TABLE event(id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, step INTEGER NOT NULL,
  epoch ANY, wall ANY, level TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, json TEXT NOT NULL) STRICT;
CREATE INDEX event_by_step ON event(run_id, step);

-- kind: "last" (the whole training state), "best" or "epoch" (weights)
CREATE TABLE checkpoint(id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  step INTEGER NOT NULL, epoch ANY, kind TEXT NOT NULL, rel_path TEXT NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
  facts_json TEXT NOT NULL, UNIQUE(run_id, rel_path)) STRICT;
CREATE TABLE artifact(id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, kind TEXT NOT NULL,
  rel_path TEXT NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, UNIQUE(run_id, rel_path)) STRICT;
-- files of purged runs, removed after their rows are gone
CREATE TABLE to_delete(id INTEGER PRIMARY KEY, rel_path TEXT NOT NULL UNIQUE, at REAL NOT NULL) STRICT;

CREATE TABLE prediction(run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, epoch REAL NOT NULL, role TEXT NOT NULL,
  split TEXT NOT NULL, enc INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY(run_id, epoch, role, split)) STRICT, WITHOUT ROWID;
CREATE TABLE confusion(run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, epoch REAL NOT NULL, role TEXT NOT NULL,
  split TEXT NOT NULL, classes INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY(run_id, epoch, role, split)) STRICT, WITHOUT ROWID;
CREATE TABLE group_stat(run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, epoch REAL NOT NULL, role TEXT NOT NULL,
  split TEXT NOT NULL, grouping TEXT NOT NULL, json TEXT NOT NULL,
  PRIMARY KEY(run_id, epoch, role, split, grouping)) STRICT, WITHOUT ROWID;

CREATE TABLE tag(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, colour INTEGER) STRICT;
CREATE TABLE run_tag(run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  tag_id INTEGER NOT NULL REFERENCES tag(id) ON DELETE CASCADE, PRIMARY KEY(run_id, tag_id)) STRICT, WITHOUT ROWID;
CREATE TABLE lineage(run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, name TEXT NOT NULL,
  from_run INTEGER NOT NULL REFERENCES run(id), from_epoch TEXT, PRIMARY KEY(run_id, name)) STRICT, WITHOUT ROWID;
CREATE INDEX lineage_by_source ON lineage(from_run);
CREATE TABLE command(id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, json TEXT NOT NULL,
  author TEXT NOT NULL, at REAL NOT NULL, taken_step INTEGER) STRICT;
CREATE INDEX command_waiting ON command(run_id) WHERE taken_step IS NULL;
CREATE TABLE sweep(id INTEGER PRIMARY KEY, spec_json TEXT NOT NULL, sampler TEXT NOT NULL, state TEXT NOT NULL) STRICT;
CREATE TABLE queue(run_id INTEGER PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE, rank REAL NOT NULL, state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, not_before REAL, device TEXT) STRICT;

CREATE TABLE view(id INTEGER PRIMARY KEY, page TEXT NOT NULL, name TEXT NOT NULL, json TEXT NOT NULL) STRICT;
CREATE TABLE compare_set(id INTEGER PRIMARY KEY, name TEXT NOT NULL, baseline_trial INTEGER REFERENCES trial(id),
  json TEXT NOT NULL) STRICT;
CREATE TABLE draft(id INTEGER PRIMARY KEY, name TEXT NOT NULL, config_json TEXT NOT NULL, updated REAL NOT NULL) STRICT;

-- rowid: the run. Trigrams find parts of words in every script
CREATE VIRTUAL TABLE run_fts USING fts5(name, note, tags, tokenize='trigram');
)sql";

// From here on the older points of a long series lie in chunks, which programs of the first version do not look into.
constexpr const char* secondVersion = R"sql(
CREATE UNIQUE INDEX view_by_name ON view(page, name);
CREATE UNIQUE INDEX compare_set_by_name ON compare_set(name);
)sql";

}  // namespace

const std::vector<SchemaStep>& schemaSteps() {
    static const std::vector<SchemaStep> steps{{firstVersion}, {secondVersion}};
    return steps;
}

int storeSchemaVersion() {
    return static_cast<int>(schemaSteps().size());
}

}  // namespace gaplab
