// Out of the trash for ever.

#include <algorithm>

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

/// Those that nobody fills at the moment.
std::vector<std::string> foldersToDelete(Connection& connection) {
    std::vector<std::string> folders;
    Query query(connection, "SELECT rel_path FROM to_delete WHERE at <= ? ORDER BY id", now());
    while (query.next())
        folders.push_back(query.text(0));
    return folders;
}

bool isToDelete(Connection& connection, const std::string& folder) {
    return Query(connection, "SELECT 1 FROM to_delete WHERE rel_path = ? AND at <= ?", folder, now()).next();
}

bool removeFiles(const std::filesystem::path& folder) {
    std::error_code failure;
    std::filesystem::remove_all(folder, failure);
    if (failure) spdlog::warn("{} cannot be removed yet: {}", folder.string(), failure.message());
    return !failure;
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
            plan.paths.push_back(implementation_->filesOf(query.text(0)));
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
    const std::vector<std::string> folders = connection.read([&] { return foldersToDelete(connection); });
    // the run may be imported again at this moment: its files are let alone under the same lock that its rows come in under
    return std::ranges::count_if(folders, [&](const std::string& folder) {
        return connection.write(Durability::Beat, [&] {
            return isToDelete(connection, folder) && removeFiles(path().parent_path() / folder) &&
                   Query(connection, "DELETE FROM to_delete WHERE rel_path = ?", folder).run() > 0;
        });
    });
}

std::filesystem::path Store::incomingFolder(const std::string& uuid) {
    constexpr double day = 86400;
    Connection& connection = *implementation_->connection;
    connection.write(Durability::Sure, [&] {
        if (Query(connection, "SELECT 1 FROM run WHERE uuid = ?", uuid).next())
            throw inputError(fmt::format("The run {} is in the store already", uuid), "Its files were left as they are.");
        Query(connection, "INSERT INTO to_delete(rel_path, at) VALUES(?, ?) ON CONFLICT DO UPDATE SET at = excluded.at",
              implementation_->filesOf(uuid), now() + day)
            .run();
    });
    return runFolder(uuid);
}

}  // namespace gaplab
