#include "core/store/connection.h"

#include <cerrno>
#include <limits>
#include <sqlite3.h>

#include <fmt/format.h>

#include "core/base/error.h"

namespace gaplab {
namespace {

/// Percent-encodes what has a meaning in a URI; SQLite's read-only "immutable" can be asked for in no other way.
std::string immutableUri(const std::filesystem::path& path) {
    std::string uri = "file:";
    for (const char byte : path.string()) {
        const auto code = static_cast<unsigned char>(byte);
        if (std::isalnum(code) || byte == '/' || byte == '.' || byte == '_' || byte == '-')
            uri += byte;
        else
            uri += fmt::format("%{:02X}", code);
    }
    return uri + "?immutable=1";
}

SQLite::Database openDatabase(const std::filesystem::path& path, Connection::Access access, const Patience& patience) {
    const int wait = static_cast<int>(patience.oneTry.count());
    switch (access) {
        case Connection::Access::Read: return {path.string(), SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX, wait};
        case Connection::Access::Immutable:
            return {immutableUri(path), SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX | SQLite::OPEN_URI, wait};
        case Connection::Access::Write: return {path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, wait};
        case Connection::Access::Make: break;
    }
    return {path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX, wait};
}

[[noreturn]] void throwError(int extendedCode, int systemErrno, const std::string& place, const std::string& reason) {
    const bool noSpace = systemErrno == ENOSPC || systemErrno == EDQUOT;
    const int code = extendedCode & 0xff;
    if (code == SQLITE_FULL || (code == SQLITE_IOERR && noSpace))
        throw worldError("The disk is full: " + place + " cannot grow",
                         "Everything stored before this moment is kept. Make room on the disk, then try again; a run that "
                         "stopped is resumed.");
    if (code == SQLITE_NOTADB)
        throw inputError(place + " is not a GapLab store (not an SQLite file)", "It was left as it is. Choose another file.");
    if (code == SQLITE_CORRUPT)
        throw inputError("The store " + place + " is damaged (" + reason + ")",
                         "Run \"gaplab-cli store check\", and restore a backup from beside it.");
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
        throw worldError("Another process keeps the store " + place + " to itself",
                         "Look for a backup or another program that holds the file, then try again.");
    if (code == SQLITE_READONLY || code == SQLITE_PERM || code == SQLITE_AUTH)
        throw worldError("The store " + place + " cannot be written: the file or its folder is read-only",
                         "Check the permissions, or copy the store to a folder of your own.");
    if (code == SQLITE_NOMEM) throw worldError("There is not enough memory to read the store " + place);
    if (code == SQLITE_IOERR || code == SQLITE_CANTOPEN)
        throw worldError("The store " + place + " cannot be read or written (" + reason + ")",
                         "Check the disk and the permissions of the file and its folder.");
    throw worldError("The store " + place + " cannot be used (" + reason + ")", "Run \"gaplab-cli store check\".");
}

}  // namespace

Connection::Connection(const std::filesystem::path& path, Access access, Patience patience) try
    : path_(path), patience_(patience), database_(openDatabase(path, access, patience)) {
    sqlite3_extended_result_codes(database_.getHandle(), 1);
    // a file from outside is hostile until checked: no functions with side effects from its schema, no writes behind SQLite's
    // back
    sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    if (access == Access::Write) patiently([this] { prepareForWriting(); });
    // nobody sees the file before it is whole: what is left of it after a crash is only rubbish
    if (access == Access::Make) database_.exec("PRAGMA journal_mode=MEMORY");
} catch (const SQLite::Exception& exception) {
    throwError(exception.getErrorCode(), errno, path.string(), exception.what());
}

Connection::~Connection() = default;

void Connection::prepareForWriting() {
    if (sqlite3_db_readonly(database_.getHandle(), "main") == 1) throwError(SQLITE_READONLY, 0, path_.string(), "");
    database_.exec("PRAGMA journal_mode=WAL");
    database_.exec("PRAGMA synchronous=NORMAL");
    database_.exec("PRAGMA foreign_keys=ON");
    database_.exec("PRAGMA journal_size_limit=67108864");
    // A beat touches a page or two of each series: they stay in memory, and the log is folded into the file now and then, not
    // after each beat.
    database_.exec("PRAGMA cache_size=-65536");
    database_.exec("PRAGMA wal_autocheckpoint=8000");
}

SQLite::Statement& Connection::prepared(const char* sql) {
    auto& statement = statements_[sql];
    if (!statement) statement = std::make_unique<SQLite::Statement>(database_, sql);
    return *statement;
}

void Connection::leaveUntouched() {
    sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

bool Connection::isBusy(const SQLite::Exception& exception) {
    const int code = exception.getErrorCode() & 0xff;
    return code == SQLITE_BUSY || code == SQLITE_LOCKED;
}

void Connection::translate(const SQLite::Exception& exception) const {
    const int extended = exception.getExtendedErrorCode();
    throwError(extended > 0 ? extended : exception.getErrorCode(), sqlite3_system_errno(database_.getHandle()), path_.string(),
               exception.what());
}

Connection::SyncScope::SyncScope(Connection& connection, Durability durability)
    : connection_(connection), full_(durability == Durability::Sure) {
    if (full_) connection_.database_.exec("PRAGMA synchronous=FULL");
}

Connection::SyncScope::~SyncScope() {
    // cannot fail in a way that matters: the connection would only stay at the safer setting
    if (full_) connection_.database_.tryExec("PRAGMA synchronous=NORMAL");
}

Connection::RollBack::~RollBack() {
    // after some errors (a full disk) SQLite has rolled back by itself
    if (sqlite3_get_autocommit(connection_.database_.getHandle()) == 0) connection_.database_.tryExec("ROLLBACK");
}

Query::~Query() {
    // the error of the last step has been thrown already and is only repeated here
    statement_.tryReset();
    statement_.clearBindings();
}

double Query::real(int column) const {
    return isNull(column) ? std::numeric_limits<double>::quiet_NaN() : statement_.getColumn(column).getDouble();
}

Json Query::json(int column) const {
    const Json value = isNull(column) ? Json() : Json::parse(text(column), nullptr, false);
    return value.is_discarded() ? Json() : value;
}

std::string storedText(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace gaplab
