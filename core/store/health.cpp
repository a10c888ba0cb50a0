#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "core/base/files.h"
#include "core/store/chunks.h"
#include "core/store/implementation.h"
#include "core/store/predictions.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;

struct StoredFile {
    int64_t run = 0;
    std::string path, sha256;
    int64_t bytes = 0;
};

void checkDatabase(Connection& connection, std::vector<std::string>& findings) {
    Query integrity(connection, "PRAGMA integrity_check");
    while (integrity.next())
        if (integrity.text(0) != "ok") findings.push_back("The database is damaged: " + integrity.text(0));
    Query keys(connection, "PRAGMA foreign_key_check");
    while (keys.next())
        findings.push_back(fmt::format("Row {} of table {} refers to a row of {} that is not there",
                                       keys.isNull(1) ? 0 : keys.integer(1), keys.text(0), keys.text(2)));
}

std::vector<StoredFile> storedFiles(Connection& connection) {
    std::vector<StoredFile> files;
    Query query(connection, "SELECT run_id, rel_path, sha256, bytes FROM checkpoint ORDER BY run_id, id");
    while (query.next())
        files.push_back({query.integer(0), query.text(1), query.text(2), query.integer(3)});
    return files;
}

int64_t count(Connection& connection, const char* sql) {
    Query query(connection, sql);
    query.next();
    return query.integer(0);
}

/// What is wrong with a checkpoint file; nothing if it is as it was stored.
std::optional<std::string> faultOf(const StoredFile& file, const fs::path& path) {
    std::error_code failure;
    const auto size = fs::file_size(path, failure);
    if (failure) return fmt::format("The checkpoint {} of run {} is missing", file.path, file.run);
    if (static_cast<int64_t>(size) != file.bytes)
        return fmt::format("The checkpoint {} of run {} has {} bytes instead of {}", file.path, file.run, size, file.bytes);
    try {
        if (sha256OfFile(path) == file.sha256) return std::nullopt;
    } catch (const Error& error) {
        return fmt::format("The checkpoint {} of run {} cannot be read: {}", file.path, file.run, error.what());
    }
    return fmt::format("The checkpoint {} of run {} has changed since it was written", file.path, file.run);
}

int64_t sizeOrZero(const fs::path& path) {
    std::error_code failure;
    const auto size = fs::file_size(path, failure);
    return failure ? 0 : static_cast<int64_t>(size);
}

}  // namespace

Store::Health Store::check() const {
    Connection& connection = *implementation_->connection;
    Health health;
    std::vector<StoredFile> files;
    try {
        connection.read([&] {
            health.findings.clear();
            checkDatabase(connection, health.findings);
            std::ranges::copy(damagedChunks(connection), std::back_inserter(health.findings));
            std::ranges::copy(damagedPredictions(connection), std::back_inserter(health.findings));
            files = storedFiles(connection);
            health.runs = count(connection, "SELECT count(*) FROM run");
            health.points = count(connection, "SELECT coalesce(sum(n), 0) FROM series");
        });
    } catch (const Error& error) {
        // a store so damaged that it cannot be read through is what this is asked about
        health.findings.emplace_back(error.what());
    }
    health.bytes = sizeOrZero(path()) + sizeOrZero(path().string() + "-wal");
    for (const StoredFile& file : files) {
        const fs::path place = path().parent_path() / file.path;
        if (const auto fault = faultOf(file, place)) health.findings.push_back(*fault);
        health.bytes += sizeOrZero(place);
    }
    health.ok = health.findings.empty();
    return health;
}

std::vector<std::string> Store::quickCheck() const {
    Connection& connection = *implementation_->connection;
    std::vector<std::string> findings;
    try {
        connection.patiently([&] {
            findings.clear();
            Query query(connection, "PRAGMA quick_check");
            while (query.next())
                if (query.text(0) != "ok") findings.push_back("The database is damaged: " + query.text(0));
        });
    } catch (const Error& error) {
        findings.emplace_back(error.what());
    }
    return findings;
}

Store::Sizes Store::sizes() const {
    constexpr int64_t bytesOfLoosePoint = 31;  // measured over millions of them
    Connection& connection = *implementation_->connection;
    return connection.read([&] {
        Sizes sizes;
        sizes.database = sizeOrZero(path()) + sizeOrZero(path().string() + "-wal");
        sizes.points = count(connection, "SELECT coalesce(sum(length(data)), 0) FROM chunk") +
                       bytesOfLoosePoint * count(connection, "SELECT count(*) FROM point_tail");
        sizes.predictions = count(connection, "SELECT coalesce(sum(length(data)), 0) FROM prediction");
        sizes.unused = count(connection, "PRAGMA freelist_count") * count(connection, "PRAGMA page_size");
        Query query(connection,
                    "SELECT c.kind, sum(c.bytes), sum(CASE WHEN r.deleted_at IS NULL THEN 0 ELSE c.bytes END) FROM checkpoint c "
                    "JOIN run r ON r.id = c.run_id GROUP BY c.kind");
        while (query.next()) {
            sizes.checkpoints[query.text(0)] = query.integer(1);
            sizes.trash += query.integer(2);
        }
        return sizes;
    });
}

}  // namespace gaplab
