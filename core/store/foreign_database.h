#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace gaplab {

/// Whether a file begins as an SQLite database does, and as whose: the application id in its header.
struct DatabaseHeader {
    bool isDatabase = false;
    bool isStore = false;  ///< of GapLab
};
DatabaseHeader databaseHeader(const std::filesystem::path& path);

/// The SQLite file of another program. A private copy is read, with what waits in its write-ahead log: the file itself is
/// neither changed nor locked.
class ForeignDatabase {
public:
    using Value = std::variant<std::nullptr_t, int64_t, double, std::string>;

    /// Throws Error: Input for what is not a sound SQLite file, World where there is no room for the copy.
    explicit ForeignDatabase(const std::filesystem::path& path);
    ~ForeignDatabase();

    /// Whether there is such a table (a view is none) with all these columns.
    bool has(const std::string& table, const std::vector<std::string>& columns) const;
    /// Every row of a table in the order in which it lies there. Throws Error (Input) where table or column is missing, or where
    /// the file is damaged.
    void forEachRow(const std::string& table, const std::vector<std::string>& columns,
                    const std::function<void(const std::vector<Value>&)>& use) const;

private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace gaplab
