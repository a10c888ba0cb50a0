#include "core/store/foreign_database.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/names.h"
#include "core/store/connection.h"
#include "core/store/schema.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;

/// A folder that goes when this does.
class TemporaryFolder {
public:
    TemporaryFolder() : path_(fs::temp_directory_path() / ("gaplab-" + newUuid())) { fs::create_directory(path_); }
    ~TemporaryFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

std::string quoted(const std::string& name) {
    std::string text = "\"";
    for (const char byte : name)
        text += byte == '"' ? "\"\"" : std::string(1, byte);
    return text + "\"";
}

ForeignDatabase::Value valueOf(const SQLite::Column& column) {
    if (column.isInteger()) return column.getInt64();
    if (column.isFloat()) return column.getDouble();
    if (column.isNull()) return nullptr;
    return column.getString();
}

}  // namespace

struct ForeignDatabase::Implementation {
    explicit Implementation(fs::path path) : original(std::move(path)) {}

    fs::path original;
    TemporaryFolder folder;
    std::unique_ptr<Connection> connection;

    /// Runs `action`; what SQLite complains about becomes an error of the file that was named.
    template <typename Action>
    auto reading(const Action& action) const {
        try {
            return action();
        } catch (const SQLite::Exception& exception) {
            throw inputError(fmt::format("The database {} cannot be read: {}", original.string(), exception.what()));
        }
    }

    void openCopy(const fs::path& copy) {
        try {
            connection = std::make_unique<Connection>(copy, Connection::Access::Write);
        } catch (const Error& error) {
            if (error.fault() == Fault::World) throw;
            throw inputError(fmt::format("The database {} is damaged, or not an SQLite file", original.string()));
        }
        connection->database().exec("PRAGMA query_only=ON");
    }
};

DatabaseHeader databaseHeader(const fs::path& path) {
    constexpr std::string_view magic{"SQLite format 3\0", 16};
    constexpr size_t applicationOffset = 68;
    std::array<char, 100> header{};
    std::ifstream file(path, std::ios::binary);
    if (!file.read(header.data(), header.size()) || !std::equal(magic.begin(), magic.end(), header.begin())) return {};
    uint32_t application = 0;
    for (size_t i = 0; i < 4; ++i)
        application = application << 8 | static_cast<unsigned char>(header[applicationOffset + i]);
    return {true, application == storeApplicationId};
}

ForeignDatabase::ForeignDatabase(const fs::path& path) try : implementation_(std::make_unique<Implementation>(path)) {
    const fs::path copy = implementation_->folder.path() / "copy.db";
    for (const char* ending : {"", "-wal", "-journal"})
        if (const fs::path source = path.string() + ending; *ending == '\0' || fs::exists(source))
            fs::copy_file(source, copy.string() + ending);
    implementation_->openCopy(copy);
} catch (const fs::filesystem_error& error) {
    throw worldError(fmt::format("Cannot copy {} to be read: {}", path.string(), error.code().message()),
                     "The copy is made in the folder for temporary files: check that there is room.");
}

ForeignDatabase::~ForeignDatabase() = default;

bool ForeignDatabase::has(const std::string& table, const std::vector<std::string>& columns) const {
    return implementation_->reading([&] {
        SQLite::Database& database = implementation_->connection->database();
        SQLite::Statement found(database, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?");
        found.bind(1, table);
        found.executeStep();
        if (found.getColumn(0).getInt() == 0) return false;
        std::vector<std::string> present;
        SQLite::Statement list(database, "SELECT name FROM pragma_table_info(?)");
        list.bind(1, table);
        while (list.executeStep())
            present.push_back(list.getColumn(0).getString());
        return std::ranges::all_of(
            columns, [&](const std::string& column) { return std::ranges::find(present, column) != present.end(); });
    });
}

void ForeignDatabase::forEachRow(const std::string& table, const std::vector<std::string>& columns,
                                 const std::function<void(const std::vector<Value>&)>& use) const {
    if (!has(table, columns))
        throw inputError(fmt::format("The database {} has no table {} with the columns {}", implementation_->original.string(),
                                     table, join(columns)));
    std::vector<std::string> names;
    std::ranges::transform(columns, std::back_inserter(names), quoted);
    const std::string sql = fmt::format("SELECT {} FROM {} ORDER BY rowid", join(names), quoted(table));
    implementation_->reading([&] {
        SQLite::Statement statement(implementation_->connection->database(), sql);
        std::vector<Value> row(columns.size());
        while (statement.executeStep()) {
            for (size_t i = 0; i < columns.size(); ++i)
                row[i] = valueOf(statement.getColumn(static_cast<int>(i)));
            use(row);
        }
    });
}

}  // namespace gaplab
