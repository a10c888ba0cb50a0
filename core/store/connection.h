#pragma once

#include <chrono>
#include <concepts>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <unordered_map>

#include <SQLiteCpp/SQLiteCpp.h>

#include "core/base/json.h"

namespace gaplab {

/// How long a lock of another connection is waited for: SQLite's own wait for one try, and all tries together.
struct Patience {
    std::chrono::milliseconds oneTry{5000};
    std::chrono::milliseconds altogether{30000};
};

/// How safely a transaction is written: Beat may lose the last moments when the power fails (never when the process dies), Sure
/// may not.
enum class Durability { Beat, Sure };

/// One SQLite connection with the rules of the store: pragmas, prepared statements that are kept, transactions that wait for
/// locks, and exceptions of SQLite turned into Error.
class Connection {
public:
    enum class Access { Read, Immutable, Write, Make };

    /// Throws Error. Immutable: the file alone, without looking at a write-ahead log, for folders that cannot be written.
    Connection(const std::filesystem::path& path, Access access, Patience patience = {});
    ~Connection();

    SQLite::Database& database() { return database_; }
    const std::filesystem::path& path() const { return path_; }
    /// The statement of this text, prepared once.
    SQLite::Statement& prepared(const char* sql);
    /// No folding of the write-ahead log into the file when this is closed: the file stays as it is.
    void leaveUntouched();

    /// Runs `body` in one read transaction (one consistent picture) and returns its result.
    template <typename Body>
    auto read(const Body& body) {
        return patiently([&] { return inTransaction("BEGIN", body); });
    }

    /// Runs `body` in one write transaction, again from its start if a lock was in the way; rolls back if it throws.
    template <typename Body>
    auto write(Durability durability, const Body& body) {
        return patiently([&] {
            const SyncScope scope(*this, durability);
            return inTransaction("BEGIN IMMEDIATE", body);
        });
    }

    /// Runs `body` without a transaction of its own.
    template <typename Body>
    auto patiently(const Body& body) {
        using Clock = std::chrono::steady_clock;
        const auto deadline = Clock::now() + patience_.altogether;
        for (std::chrono::milliseconds pause{5};; pause = std::min(pause * 2, std::chrono::milliseconds{500})) {
            try {
                return body();
            } catch (const SQLite::Exception& exception) {
                if (!isBusy(exception) || Clock::now() + pause > deadline) translate(exception);
            }
            std::this_thread::sleep_for(pause);
        }
    }

private:
    /// Full synchronisation for as long as it lives; PRAGMA synchronous cannot be changed inside a transaction.
    class SyncScope {
    public:
        SyncScope(Connection& connection, Durability durability);
        ~SyncScope();
        SyncScope(const SyncScope&) = delete;
        SyncScope& operator=(const SyncScope&) = delete;

    private:
        Connection& connection_;
        const bool full_;
    };

    template <typename Body>
    auto inTransaction(const char* begin, const Body& body) {
        database_.exec(begin);
        const RollBack guard(*this);
        if constexpr (std::is_void_v<std::invoke_result_t<Body>>) {
            body();
            database_.exec("COMMIT");
        } else {
            auto result = body();
            database_.exec("COMMIT");
            return result;
        }
    }

    /// Ends a transaction that is still open when it goes out of scope.
    class RollBack {
    public:
        explicit RollBack(Connection& connection) : connection_(connection) {}
        ~RollBack();
        RollBack(const RollBack&) = delete;
        RollBack& operator=(const RollBack&) = delete;

    private:
        Connection& connection_;
    };

    static bool isBusy(const SQLite::Exception& exception);
    [[noreturn]] void translate(const SQLite::Exception& exception) const;
    void prepareForWriting();

    std::filesystem::path path_;
    Patience patience_;
    SQLite::Database database_;
    std::unordered_map<const char*, std::unique_ptr<SQLite::Statement>> statements_;
};

/// One use of a prepared statement: bind the values in order, read the rows, and it is ready for the next use when this ends.
/// Bytes as they are.
struct Blob {
    std::string_view bytes;
};

class Query {
public:
    template <typename... Values>
    Query(Connection& connection, const char* sql, const Values&... values) : statement_(connection.prepared(sql)) {
        statement_.reset();
        int index = 0;
        (bind(++index, values), ...);
    }
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    /// Fetches the next row; false behind the last.
    bool next() { return statement_.executeStep(); }
    /// For statements without rows. Returns how many rows were changed.
    int64_t run() { return statement_.exec(); }

    bool isNull(int column) const { return statement_.isColumnNull(column); }
    int64_t integer(int column) const { return statement_.getColumn(column).getInt64(); }
    /// NULL is NaN.
    double real(int column) const;
    /// NULL is 0.
    double realOrZero(int column) const { return isNull(column) ? 0 : statement_.getColumn(column).getDouble(); }
    /// NULL is empty.
    std::string text(int column) const { return isNull(column) ? std::string() : statement_.getColumn(column).getString(); }
    /// Of a blob; they live until the next row is asked for.
    std::string_view bytes(int column) const {
        const SQLite::Column value = statement_.getColumn(column);
        return {static_cast<const char*>(value.getBlob()), static_cast<size_t>(value.getBytes())};
    }
    /// Stored JSON; NULL and damaged text are null.
    Json json(int column) const;

private:
    void bind(int index, std::nullptr_t) { statement_.bind(index); }
    void bind(int index, double value) { statement_.bind(index, value); }
    void bind(int index, const std::string& value) { statement_.bind(index, value); }
    void bind(int index, const char* value) { statement_.bind(index, value); }
    void bind(int index, const Blob& value) { statement_.bind(index, value.bytes.data(), static_cast<int>(value.bytes.size())); }
    void bind(int index, const std::integral auto& value) { statement_.bind(index, static_cast<int64_t>(value)); }
    template <typename Value>
    void bind(int index, const std::optional<Value>& value) {
        value ? bind(index, *value) : bind(index, nullptr);
    }

    SQLite::Statement& statement_;
};

/// The text that is stored for a JSON value: compact, and with bytes that are not UTF-8 replaced.
std::string storedText(const Json& value);

}  // namespace gaplab
