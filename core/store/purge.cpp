// Out of the trash for ever.

#include <algorithm>
#include <numeric>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "core/base/log.h"
#include "core/store/implementation.h"

namespace gaplab {
namespace {

std::vector<int64_t> trash(Connection& connection) {
    std::vector<int64_t> runs;
    Query query(connection, "SELECT id FROM run WHERE deleted_at IS NOT NULL ORDER BY id");
    while (query.next())
        runs.push_back(query.integer(0));
    return runs;
}

void requireInTrash(Connection& connection, int64_t run, const std::filesystem::path& store) {
    Query query(connection, "SELECT deleted_at FROM run WHERE id = ?", run);
    if (!query.next()) throw unknownRun(std::to_string(run), store);
    if (query.isNull(0)) throw inputError(fmt::format("Run {} is not in the trash", run), "Delete it first; that can be undone.");
}

/// A run outside that was made with the weights of one inside would lose where it comes from.
void requireFree(Connection& connection, const std::vector<int64_t>& runs) {
    for (const int64_t run : runs) {
        Query query(connection, "SELECT run_id FROM lineage WHERE from_run = ? ORDER BY run_id", run);
        while (query.next())
            if (!std::ranges::binary_search(runs, query.integer(0)))
                throw inputError(
                    fmt::format("Run {} was made with the weights of run {}, which therefore stays", query.integer(0), run),
                    fmt::format("Purge both, or keep run {} in the trash.", run));
    }
}

int64_t bytesBelow(const std::filesystem::path& folder) {
    int64_t bytes = 0;
    std::error_code failure;
    for (std::filesystem::recursive_directory_iterator file(folder, failure), end; !failure && file != end;
         file.increment(failure))
        if (std::error_code none; file->is_regular_file(none)) bytes += static_cast<int64_t>(file->file_size(none));
    return bytes;
}

}  // namespace

Store::Purge Store::planPurge(const std::vector<int64_t>& runs) const {
    Connection& connection = *implementation_->connection;
    Purge plan;
    connection.read([&] {
        plan.runs = runs.empty() ? trash(connection) : runs;
        std::ranges::sort(plan.runs);
        for (const int64_t run : plan.runs)
            requireInTrash(connection, run, path());
        requireFree(connection, plan.runs);
        plan.paths.clear();
        for (const int64_t run : plan.runs) {
            Query query(connection, "SELECT uuid FROM run WHERE id = ?", run);
            query.next();
            plan.paths.push_back((std::filesystem::path(path().stem().string() + "-files") / query.text(0)).string());
        }
    });
    for (const std::string& folder : plan.paths)
        plan.bytes += bytesBelow(path().parent_path() / folder);
    return plan;
}

void Store::purge(const Purge& plan) {
    Connection& connection = *implementation_->connection;
    implementation_->known.clear();
    connection.write(Durability::Sure, [&] {
        for (const int64_t run : plan.runs)
            requireInTrash(connection, run, path());
        requireFree(connection, plan.runs);
        for (const std::string& folder : plan.paths)
            Query(connection, "INSERT OR IGNORE INTO to_delete(rel_path, at) VALUES(?, ?)", folder, now()).run();
        for (const int64_t run : plan.runs) {
            Query(connection, "DELETE FROM lineage WHERE run_id = ?", run).run();  // whichever goes first
            Query(connection, "DELETE FROM run_fts WHERE rowid = ?", run).run();
        }
        for (const int64_t run : plan.runs)
            Query(connection, "DELETE FROM run WHERE id = ?", run).run();
        Query(connection,
              "DELETE FROM trial WHERE id NOT IN (SELECT trial_id FROM run) AND id NOT IN "
              "(SELECT baseline_trial FROM compare_set WHERE baseline_trial IS NOT NULL)")
            .run();
        Query(connection, "DELETE FROM tag WHERE id NOT IN (SELECT tag_id FROM run_tag)").run();
    });
    removeLeftFiles();
}

int64_t Store::removeLeftFiles() {
    Connection& connection = *implementation_->connection;
    const std::vector<std::string> folders = connection.read([&] {
        std::vector<std::string> paths;
        Query query(connection, "SELECT rel_path FROM to_delete ORDER BY id");
        while (query.next())
            paths.push_back(query.text(0));
        return paths;
    });
    int64_t removed = 0;
    for (const std::string& folder : folders) {
        std::error_code failure;
        std::filesystem::remove_all(path().parent_path() / folder, failure);
        if (failure) {
            spdlog::warn("{} cannot be removed yet: {}", folder, failure.message());
            continue;
        }
        connection.write(Durability::Beat, [&] { Query(connection, "DELETE FROM to_delete WHERE rel_path = ?", folder).run(); });
        ++removed;
    }
    return removed;
}

void Store::backUp(const std::filesystem::path& path) const {
    if (std::filesystem::exists(path)) throw inputError("There is a file " + path.string() + " already", "Choose another name.");
    Connection& connection = *implementation_->connection;
    connection.patiently([&] { Query(connection, "VACUUM INTO ?", path.string()).run(); });
}

void Store::compact() {
    Connection& connection = *implementation_->connection;
    connection.patiently([&] {
        connection.database().exec("VACUUM");
        connection.database().exec("PRAGMA wal_checkpoint(TRUNCATE)");  // the new file lies in the log until then
    });
}

}  // namespace gaplab
