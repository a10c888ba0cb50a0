#include "core/data/fetch/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <array>
#include <cerrno>
#include <fstream>
#include <memory>

#include <fmt/format.h>

#include "core/base/error.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;
using Reader = std::unique_ptr<archive, decltype([](archive* reader) { archive_read_free(reader); })>;

Error broken(const fs::path& file, const std::string& reason) {
    return worldError(fmt::format("Cannot unpack {}: {}", file.string(), reason), "Remove the file and fetch it again.");
}

/// The entry's place below the folder. Throws for a path that leads out of it.
fs::path placeOf(archive_entry* entry, const fs::path& file) {
    const char* name = archive_entry_pathname(entry);
    const fs::path path = name ? fs::path(name).lexically_normal() : fs::path();
    if (path.empty() || path.is_absolute() || *path.begin() == "..")
        throw broken(file, fmt::format("the entry \"{}\" would be written outside of the folder", name ? name : ""));
    return path;
}

/// Returns the number of bytes written.
int64_t writeEntry(archive* reader, const fs::path& file, const fs::path& to, int64_t mostBytes) {
    std::ofstream out(to, std::ios::binary | std::ios::trunc);
    std::array<char, 1 << 16> buffer{};
    int64_t written = 0;
    while (true) {
        const la_ssize_t count = archive_read_data(reader, buffer.data(), buffer.size());
        if (count < 0) throw broken(file, archive_error_string(reader));
        if (count == 0) break;
        written += count;
        if (written > mostBytes) throw broken(file, "it holds far more than it should");
        out.write(buffer.data(), count);
    }
    out.close();
    if (!out) throw systemError("Cannot write " + to.string(), errno, "Make room on the disk or choose another folder.");
    return written;
}

}  // namespace

void unpackArchive(const fs::path& file, const fs::path& folder, int64_t mostBytes) {
    const Reader reader(archive_read_new());
    archive_read_support_filter_all(reader.get());
    archive_read_support_format_all(reader.get());
    if (archive_read_open_filename(reader.get(), file.c_str(), 1 << 16) != ARCHIVE_OK)
        throw broken(file, archive_error_string(reader.get()));
    archive_entry* entry = nullptr;
    while (true) {
        const int result = archive_read_next_header(reader.get(), &entry);
        if (result == ARCHIVE_EOF) return;
        if (result != ARCHIVE_OK) throw broken(file, archive_error_string(reader.get()));
        const fs::path place = placeOf(entry, file);
        const bool folderEntry = archive_entry_filetype(entry) == AE_IFDIR;
        if ((!folderEntry && archive_entry_filetype(entry) != AE_IFREG) || archive_entry_hardlink(entry))
            throw broken(file, fmt::format("the entry \"{}\" is neither a file nor a folder", place.string()));
        fs::create_directories(folderEntry ? folder / place : (folder / place).parent_path());
        if (!folderEntry) mostBytes -= writeEntry(reader.get(), file, folder / place, mostBytes);
    }
}

}  // namespace gaplab
