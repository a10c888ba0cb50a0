#include "core/store/migration.h"

#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "core/base/error.h"

namespace gaplab {
namespace {

/// "runs.backup-v1-20261124-183712.db" beside "runs.db"; with a number behind it where that is taken.
std::filesystem::path backupPath(const std::filesystem::path& store, int version) {
    const std::string stem =
        fmt::format("{}.backup-v{}-{:%Y%m%d-%H%M%S}", store.stem().string(), version, fmt::localtime(std::time(nullptr)));
    const std::string extension = store.extension().string();
    std::filesystem::path path = store.parent_path() / (stem + extension);
    for (int number = 2; std::filesystem::exists(path); ++number)
        path = store.parent_path() / fmt::format("{}-{}{}", stem, number, extension);
    return path;
}

std::filesystem::path backUp(Connection& connection, int version) {
    const std::filesystem::path path = backupPath(connection.path(), version);
    std::filesystem::path unfinished = path;
    unfinished += ".part";
    std::error_code ignored;  // a rest of an earlier attempt need not be there
    std::filesystem::remove(unfinished, ignored);
    connection.patiently([&] { Query(connection, "VACUUM INTO ?", unfinished.string()).run(); });
    std::error_code failure;
    std::filesystem::rename(unfinished, path, failure);
    if (failure) throw systemError("Cannot name the backup " + path.string(), failure.value());
    return path;
}

void takeStep(Connection& connection, const SchemaStep& step, int version) {
    connection.write(Durability::Sure, [&] {
        // another process may have taken this step while we waited for the lock
        if (schemaVersion(connection) != version) return;
        connection.database().exec(step.sql);
        connection.database().exec(fmt::format("PRAGMA user_version={}", version + 1));
    });
}

}  // namespace

int schemaVersion(Connection& connection) {
    return connection.patiently([&] { return connection.database().execAndGet("PRAGMA user_version").getInt(); });
}

std::filesystem::path migrate(Connection& connection, const std::vector<SchemaStep>& steps) {
    const auto last = static_cast<int>(steps.size());
    const int first = schemaVersion(connection);
    if (first >= last) return {};
    std::filesystem::path backup;
    if (first > 0) {
        backup = backUp(connection, first);
        spdlog::info("{} is upgraded from version {} to {}; a copy of it is {}", connection.path().string(), first, last,
                     backup.string());
    }
    for (int version = first; version < last; ++version)
        takeStep(connection, steps[static_cast<size_t>(version)], version);
    return backup;
}

}  // namespace gaplab
