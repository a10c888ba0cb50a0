#include "core/store/store_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string_view>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/log.h"
#include "core/store/migration.h"
#include "core/store/schema.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;

Error newerError(const fs::path& path, int version) {
    return inputError(
        fmt::format("The store {} was written by a newer version of GapLab (schema {}, this program knows {}): it can be "
                    "read, not written",
                    path.string(), version, storeSchemaVersion()),
        "It was left as it is. Update GapLab, or choose another store with --store.");
}

uint32_t bigEndian(const std::array<unsigned char, 100>& header, size_t offset) {
    uint32_t value = 0;
    for (size_t i = 0; i < 4; ++i)
        value = value << 8 | header[offset + i];
    return value;
}

/// Looks at the first 100 bytes, as laid out in sqlite.org/fileformat2.html section 1.3. Through SQLite's own handle: opening and
/// closing the file ourselves would drop the locks that this process holds on it. Not through SQL: while another process folds
/// its log into the file, the file alone need not make sense. Returns the schema version. Throws Error (Input) if it is not a
/// store of ours.
int identify(const fs::path& path) {
    Connection connection(path, Connection::Access::Immutable);
    sqlite3_file* file = nullptr;
    sqlite3_file_control(connection.database().getHandle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
    std::array<unsigned char, 100> header{};
    const int result = file->pMethods->xRead(file, header.data(), static_cast<int>(header.size()), 0);
    if (result != SQLITE_OK && result != SQLITE_IOERR_SHORT_READ)
        throw worldError("Cannot read " + path.string(), "Check the disk and the permissions of the file.");
    constexpr std::string_view magic{"SQLite format 3\0", 16};
    constexpr size_t versionOffset = 60, applicationOffset = 68;
    const auto version = static_cast<int>(bigEndian(header, versionOffset));
    if (!std::equal(magic.begin(), magic.end(), header.begin(),
                    [](char a, unsigned char b) { return static_cast<unsigned char>(a) == b; }) ||
        bigEndian(header, applicationOffset) != storeApplicationId || version < 1)
        throw inputError(path.string() + " is not a GapLab store", "It was left as it is. Choose another file.");
    return version;
}

fs::path beside(const fs::path& path, const char* ending) {
    return path.string() + ending;
}

void syncFolder(const fs::path& folder) {
    const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;  // a folder that may be written but not read: the rename stands, only later on the disk
    fsync(descriptor);
    close(descriptor);
}

/// Gives a file its name unless that is taken by now; false then.
bool nameFile(const fs::path& from, const fs::path& to) {
    if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
    if (errno == EEXIST) return false;
    // some file systems cannot do both in one step
    if (errno == EINVAL && !fs::exists(to) && rename(from.c_str(), to.c_str()) == 0) return true;
    throw systemError("Cannot make the store " + to.string(), errno);
}

/// A whole store is built under a temporary name, so that nobody ever sees half of one.
void makeStore(const fs::path& path) {
    std::error_code failure;
    fs::create_directories(path.parent_path(), failure);
    if (failure) throw systemError("Cannot make the folder " + path.parent_path().string(), failure.value());
    const fs::path unfinished = path.parent_path() / fmt::format(".{}.{}", path.filename().string(), newUuid());
    const auto remove = [&] {
        for (const char* ending : {"", "-journal"})
            fs::remove(beside(unfinished, ending), failure);
    };
    try {
        Connection connection(unfinished, Connection::Access::Make);
        connection.write(Durability::Sure,
                         [&] { connection.database().exec(fmt::format("PRAGMA application_id={}", storeApplicationId)); });
        migrate(connection, schemaSteps());
        connection.write(Durability::Sure, [&] {
            const auto put = [&](const char* key, const std::string& value) {
                Query(connection, "INSERT INTO meta(key, value) VALUES(?, ?)", key, value).run();
            };
            put("uuid", newUuid());
            put("created", formatTime(now()));
            put("app_version", GAPLAB_VERSION);
        });
    } catch (...) {
        remove();
        throw;
    }
    if (!nameFile(unfinished, path)) remove();
    syncFolder(path.parent_path());
}

std::unique_ptr<Connection> openForWriting(const fs::path& path) {
    auto connection = std::make_unique<Connection>(path, Connection::Access::Write);
    // the number in the file itself may be older than one that still waits in the write-ahead log
    if (const int version = schemaVersion(*connection); version > storeSchemaVersion()) {
        connection->leaveUntouched();
        throw newerError(path, version);
    }
    migrate(*connection, schemaSteps());
    return connection;
}

/// A reader of a write-ahead log needs a small shared file beside the store. Where that cannot be made (read-only folder, full
/// disk) and there is no log, the file alone is the whole truth.
std::unique_ptr<Connection> openForReading(const fs::path& path) {
    try {
        auto connection = std::make_unique<Connection>(path, Connection::Access::Read);
        schemaVersion(*connection);
        return connection;
    } catch (const Error& error) {
        std::error_code missing;
        const auto logSize = fs::file_size(beside(path, "-wal"), missing);
        if (error.fault() != Fault::World || (!missing && logSize > 0)) throw;
    }
    return std::make_unique<Connection>(path, Connection::Access::Immutable);
}

void requireFile(const fs::path& path, const fs::file_status& status) {
    if (!fs::exists(status))
        throw inputError("There is no store at " + path.string(), "Check the path, or make a store by training into it.");
    if (fs::is_directory(status))
        throw inputError(path.string() + " is a folder, not a store", "Name a file inside it, for example gaplab.db.");
    if (!fs::is_regular_file(status)) throw inputError(path.string() + " is not a regular file", "Choose another path.");
}

}  // namespace

OpenStore openStore(const fs::path& path, Store::Mode mode) {
    std::error_code failure;
    fs::file_status status = fs::status(path, failure);
    if (status.type() == fs::file_type::none) throw systemError("Cannot look at " + path.string(), failure.value());
    if (mode == Store::Mode::Create && !fs::exists(status)) {
        makeStore(path);
        status = fs::status(path, failure);
    }
    requireFile(path, status);
    const int version = identify(path);
    const bool newer = version > storeSchemaVersion();
    if (mode == Store::Mode::Read) {
        return {openForReading(path), newer};  // an older one too: what is read was there from the first version on
    }
    if (newer) throw newerError(path, version);
    return {openForWriting(path), false};
}

}  // namespace gaplab
