#include "core/store/migration.h"

#include <ctime>
#include <span>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "core/base/error.h"
#include "core/store/copying.h"

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

/// What an upgrade that was killed had of its backup. Only who holds the lock of the upgrade may do this.
void removeUnfinishedBackups(const std::filesystem::path& store, int version) {
    const std::string begin = fmt::format("{}.backup-v{}-", store.stem().string(), version);
    std::error_code ignored;
    for (std::filesystem::directory_iterator file(store.parent_path(), ignored), end; !ignored && file != end;
         file.increment(ignored)) {
        const std::string name = file->path().filename().string();
        if (std::error_code kept; name.starts_with(begin) && (name.ends_with(".tmp") || name.ends_with(".tmp-journal")))
            std::filesystem::remove(file->path(), kept);
    }
}

/// The lock of the upgrade is held by another connection of this process: this one reads what that one found.
std::filesystem::path backUp(const std::filesystem::path& store, int version) {
    removeUnfinishedBackups(store, version);
    const std::filesystem::path path = backupPath(store, version);
    try {
        Connection reading(store, Connection::Access::Read);
        copyInto(reading, path);
    } catch (const Error& error) {
        throw Error(
            error.fault(),
            fmt::format("The store {} is not upgraded, since it cannot be copied first: {}", store.string(), error.what()),
            "It is as it was. Make room for a second one of its size beside it, then open it again.");
    }
    return path;
}

}  // namespace

int schemaVersion(Connection& connection) {
    return connection.patiently([&] { return connection.database().execAndGet("PRAGMA user_version").getInt(); });
}

std::filesystem::path migrate(Connection& connection, const std::vector<SchemaStep>& steps) {
    const auto last = static_cast<int>(steps.size());
    if (schemaVersion(connection) >= last) return {};
    // One process copies and upgrades at a time; the others wait, and find it done.
    return connection.write(Durability::Sure, [&]() -> std::filesystem::path {
        const int first = schemaVersion(connection);
        if (first >= last) return {};
        std::filesystem::path backup;
        if (first > 0) {
            backup = backUp(connection.path(), first);
            spdlog::info("{} is upgraded from version {} to {}; a copy of it is {}", connection.path().string(), first, last,
                         backup.string());
        }
        for (const SchemaStep& step : std::span(steps).subspan(static_cast<size_t>(first)))
            connection.database().exec(step.sql);
        connection.database().exec(fmt::format("PRAGMA user_version={}", last));
        return backup;
    });
}

}  // namespace gaplab
