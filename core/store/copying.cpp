#include "core/store/copying.h"

#include "core/base/files.h"
#include "core/store/implementation.h"

namespace gaplab {

void copyInto(Connection& connection, const std::filesystem::path& path) {
    writeFileAtomically(path, [&](const std::filesystem::path& temporary) {
        std::error_code ignored;  // of a process of the same number that was killed
        std::filesystem::remove(temporary, ignored);
        connection.patiently([&] { Query(connection, "VACUUM INTO ?", temporary.string()).run(); });
    });
}

void Store::backUp(const std::filesystem::path& path) const {
    if (std::filesystem::exists(path)) throw inputError("There is a file " + path.string() + " already", "Choose another name.");
    copyInto(*implementation_->connection, path);
}

void Store::compact() {
    Connection& connection = *implementation_->connection;
    // the new file lies in the log until that is folded in; what of it lies there after a failure only takes room
    struct FoldIn {
        SQLite::Database& database;
        ~FoldIn() { database.tryExec("PRAGMA wal_checkpoint(TRUNCATE)"); }
    };
    connection.patiently([&] {
        const FoldIn foldIn{connection.database()};
        connection.database().exec("VACUUM");
    });
}

}  // namespace gaplab
