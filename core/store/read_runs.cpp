#include <charconv>
#include <iterator>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "core/base/names.h"
#include "core/store/implementation.h"
#include "core/store/series_name.h"
#include "core/store/series_totals.h"

namespace gaplab {
namespace {

std::vector<int64_t> allIds(Query& query) {
    std::vector<int64_t> ids;
    while (query.next())
        ids.push_back(query.integer(0));
    return ids;
}

RunRow readRun(const Query& query, const ProcessMark& self, const std::map<int64_t, std::string>& folders) {
    RunRow run;
    run.id = query.integer(0);
    run.uuid = query.text(1);
    run.name = query.text(2);
    run.kind = query.text(3);
    run.trial = query.text(4);
    run.trialLabel = query.text(5);
    run.notes = query.text(6);
    run.seed = static_cast<uint64_t>(query.integer(7));
    run.state = runStateFromText(query.text(8));
    run.reason = query.text(9);
    run.created = query.realOrZero(10);
    run.started = query.realOrZero(11);
    run.finished = query.realOrZero(12);
    run.deletedAt = query.realOrZero(13);
    run.ownProcess = isLive(run.state) && !query.isNull(14) && ProcessMark{query.integer(14), query.text(15)} == self;
    run.document = query.json(16);
    run.environment = query.json(17);
    run.dataName = query.text(18);
    run.dataFingerprint = query.text(19);
    run.splitSeed = static_cast<uint64_t>(query.integer(20));
    run.dataFacts = query.json(21);
    run.foreignRef = query.text(22);
    run.networks = Json::object();
    if (const auto folder = folders.find(query.isNull(23) ? 0 : query.integer(23)); folder != folders.end())
        run.folder = folder->second;
    return run;
}

std::map<int64_t, RunRow> readRuns(Connection& connection, const std::string& ids,
                                   const std::map<int64_t, std::string>& folders) {
    const ProcessMark self = thisProcess();
    std::map<int64_t, RunRow> runs;
    Query query(
        connection,
        "SELECT r.id, r.uuid, r.name, r.kind, t.config_hash, t.label, r.note_md, r.seed, r.state, r.exit_text, r.created, "
        "r.started, r.finished, r.deleted_at, r.worker_pid, r.worker_boot, r.config_json, r.env_json, d.name, d.sha256, "
        "d.split_seed, d.stats_json, r.foreign_ref, r.folder_id FROM run r JOIN trial t ON t.id = r.trial_id JOIN dataset d ON "
        "d.id = "
        "r.dataset_id "
        "WHERE r.id IN (SELECT value FROM json_each(?)) ORDER BY r.id",
        ids);
    while (query.next())
        runs.emplace(query.integer(0), readRun(query, self, folders));
    return runs;
}

void readSeries(Connection& connection, const std::string& ids, std::map<int64_t, RunRow>& runs) {
    Query query(connection,
                "SELECT s.run_id, m.role, m.split, m.name, m.direction, " GAPLAB_TOTALS_COLUMNS
                " FROM series s JOIN metric m ON m.id = s.metric_id "
                "WHERE s.n > 0 AND s.run_id IN (SELECT value FROM json_each(?)) ORDER BY s.run_id, s.id",
                ids);
    while (query.next()) {
        SeriesSummary summary = readTotals(query, 5).summary;
        summary.name = SeriesName{query.text(1), query.text(2), query.text(3), "", ""}.text();
        summary.direction = query.text(4);
        runs.at(query.integer(0)).series.push_back(std::move(summary));
    }
}

void readLineage(Connection& connection, const std::string& ids, std::map<int64_t, RunRow>& runs) {
    Query query(connection, "SELECT run_id, name, from_run FROM lineage WHERE run_id IN (SELECT value FROM json_each(?))", ids);
    while (query.next())
        runs.at(query.integer(0)).from[query.text(1)] = query.integer(2);
}

void readTags(Connection& connection, const std::string& ids, std::map<int64_t, RunRow>& runs) {
    Query query(connection,
                "SELECT rt.run_id, t.name FROM run_tag rt JOIN tag t ON t.id = rt.tag_id "
                "WHERE rt.run_id IN (SELECT value FROM json_each(?)) ORDER BY t.name",
                ids);
    while (query.next())
        runs.at(query.integer(0)).tags.push_back(query.text(1));
}

void readNetworks(Connection& connection, const std::string& ids, std::map<int64_t, RunRow>& runs) {
    Query query(connection,
                "SELECT ra.run_id, ra.role, a.shapes_json FROM run_arch ra JOIN arch a ON a.id = ra.arch_id "
                "WHERE ra.run_id IN (SELECT value FROM json_each(?))",
                ids);
    while (query.next())
        runs.at(query.integer(0)).networks[query.text(1)] = query.json(2);
}

/// "%word%" for LIKE with "\" as the escape.
std::string likePattern(const std::string& word) {
    std::string pattern = "%";
    for (const char byte : word) {
        if (byte == '%' || byte == '_' || byte == '\\') pattern += '\\';
        pattern += byte;
    }
    return pattern + "%";
}

std::string ftsPhrase(const std::string& word) {
    std::string phrase = "\"";
    for (const char byte : word)
        phrase += byte == '"' ? "\"\"" : std::string(1, byte);
    return phrase + "\"";
}

int64_t letters(const std::string& word) {
    return std::ranges::count_if(word, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; });
}

/// Runs in which the word occurs. The trigram index folds case in every script but knows no words under three letters.
std::set<int64_t> runsWithWord(Connection& connection, const std::string& word) {
    std::set<int64_t> ids;
    const auto collect = [&](Query&& query) {
        for (const int64_t id : allIds(query))
            ids.insert(id);
    };
    collect({connection,
             "SELECT r.id FROM run r JOIN trial t ON t.id = r.trial_id WHERE r.name LIKE ?1 ESCAPE '\\' OR t.label LIKE ?1 "
             "ESCAPE '\\' OR r.state LIKE ?1 ESCAPE '\\' OR r.note_md LIKE ?1 ESCAPE '\\'",
             likePattern(word)});
    if (letters(word) >= 3) collect({connection, "SELECT rowid FROM run_fts WHERE run_fts MATCH ?", ftsPhrase(word)});
    return ids;
}

std::vector<int64_t> idsOf(Connection& connection, Store::Trash trash) {
    const char* const which = trash == Store::Trash::Leave  ? "SELECT id FROM run WHERE deleted_at IS NULL ORDER BY id"
                              : trash == Store::Trash::Only ? "SELECT id FROM run WHERE deleted_at IS NOT NULL ORDER BY id"
                                                            : "SELECT id FROM run ORDER BY id";
    Query query(connection, which);
    return allIds(query);
}

std::vector<int64_t> runsWithWords(Connection& connection, const std::string& text) {
    std::vector<int64_t> ids = idsOf(connection, Store::Trash::Leave);
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        const std::set<int64_t> found = runsWithWord(connection, word);
        std::erase_if(ids, [&](int64_t id) { return !found.contains(id); });
    }
    return ids;
}

/// The number, if the text is nothing but one.
std::optional<int64_t> asId(const std::string& text) {
    int64_t id = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), id);
    return failure == std::errc() && end == text.data() + text.size() ? std::optional(id) : std::nullopt;
}

std::vector<int64_t> runsNamed(Connection& connection, const std::string& idOrUuid) {
    constexpr size_t shortestPrefix = 4;  // so that a mistyped id does not become another run
    if (const auto id = asId(idOrUuid)) {
        Query query(connection, "SELECT id FROM run WHERE id = ?", *id);
        if (query.next()) return {*id};
    }
    if (idOrUuid.size() < shortestPrefix) return {};
    Query query(connection, "SELECT id FROM run WHERE substr(uuid, 1, length(?1)) = lower(?1) ORDER BY id", idOrUuid);
    return allIds(query);
}

}  // namespace

Error unknownRun(const std::string& name, const std::filesystem::path& store) {
    return inputError(fmt::format("There is no run {} in the store {}", name, store.string()),
                      "List them with \"gaplab-cli runs\".");
}

std::string idList(const std::vector<int64_t>& ids) {
    return Json(ids).dump();
}

std::vector<RunRow> Store::Implementation::rows(const std::vector<int64_t>& ids) {
    const std::string list = Json(ids).dump();  // SQL takes a JSON list as one value
    std::map<int64_t, RunRow> runs = readRuns(*connection, list, folderPaths());
    readSeries(*connection, list, runs);
    readLineage(*connection, list, runs);
    readNetworks(*connection, list, runs);
    readTags(*connection, list, runs);
    std::vector<RunRow> rows;
    rows.reserve(runs.size());
    for (auto& [id, run] : runs)
        rows.push_back(std::move(run));
    return rows;
}

std::vector<RunRow> Store::runs(Trash trash) const {
    Connection& connection = *implementation_->connection;
    return connection.read([&] { return implementation_->rows(idsOf(connection, trash)); });
}

std::vector<RunRow> Store::newestRuns(const std::string& words, size_t most) const {
    Connection& connection = *implementation_->connection;
    return connection.read([&] {
        std::vector<int64_t> ids = runsWithWords(connection, words);
        ids.erase(ids.begin(), ids.end() - std::min(std::ssize(ids), static_cast<std::ptrdiff_t>(most)));
        std::vector<RunRow> rows = implementation_->rows(ids);
        std::ranges::reverse(rows);
        return rows;
    });
}

std::vector<RunRow> Store::runs(const std::vector<int64_t>& ids) const {
    return implementation_->connection->read([&] { return implementation_->rows(ids); });
}

std::vector<std::pair<int64_t, uint64_t>> Store::stamps() const {
    Connection& connection = *implementation_->connection;
    return connection.read([&] {
        std::vector<std::pair<int64_t, uint64_t>> stamps;
        // Points come to live runs only; whatever ends one changes its state. Tags are few.
        Query query(
            connection,
            "SELECT r.id, r.state || '|' || coalesce(r.started, '') || '|' || coalesce(r.finished, '') || '|' || "
            "coalesce(r.deleted_at, '') || '|' || coalesce(r.folder_id, '') || '|' || coalesce(r.worker_pid, '') || '|' || "
            "CASE WHEN r.state IN ('preparing', 'running', 'paused') THEN (SELECT coalesce(sum(s.n), 0) FROM series s WHERE "
            "s.run_id = r.id) ELSE '' END || '|' || r.name || '|' || r.exit_text || '|' || r.note_md || '|' || r.env_json || '|' "
            "|| coalesce((SELECT group_concat(tag_id) FROM run_tag rt WHERE rt.run_id = r.id), '') FROM run r ORDER BY r.id");
        while (query.next())
            stamps.emplace_back(query.integer(0), std::hash<std::string>()(query.text(1)));
        return stamps;
    });
}

RunRow Store::run(const std::string& idOrUuid) const {
    Connection& connection = *implementation_->connection;
    return connection.read([&] {
        const std::vector<int64_t> ids = runsNamed(connection, idOrUuid);
        if (ids.size() > 1)
            throw inputError(fmt::format("\"{}\" is the beginning of {} runs", idOrUuid, ids.size()), "Give more of the uuid.");
        if (ids.empty()) throw unknownRun(idOrUuid, path());
        return implementation_->rows(ids).front();
    });
}

RunRow Store::run(int64_t id) const {
    return implementation_->connection->read([&] {
        std::vector<RunRow> rows = implementation_->rows({id});
        if (rows.empty()) throw unknownRun(std::to_string(id), path());
        return std::move(rows.front());
    });
}

std::vector<RunRow> Store::runsOfTrial(const std::string& trialPrefix) const {
    Connection& connection = *implementation_->connection;
    return connection.read([&] {
        std::set<std::string> trials;
        std::vector<int64_t> ids;
        {
            Query query(connection,
                        "SELECT r.id, t.config_hash FROM run r JOIN trial t ON t.id = r.trial_id "
                        "WHERE substr(t.config_hash, 1, length(?1)) = lower(?1) AND r.deleted_at IS NULL ORDER BY r.id",
                        trialPrefix);
            while (query.next()) {
                ids.push_back(query.integer(0));
                trials.insert(query.text(1));
            }
        }
        if (trials.size() > 1)
            throw inputError(fmt::format("\"{}\" is the beginning of {} trials", trialPrefix, trials.size()),
                             "Give more digits.");
        return implementation_->rows(ids);
    });
}

}  // namespace gaplab
