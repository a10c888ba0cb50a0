#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "core/interop/event_file.h"
#include "core/interop/members.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;

bool isEventFile(const fs::path& path) {
    return path.filename().string().find("tfevents") != std::string::npos;
}

/// Folder -> its event files, in the order of their names, which begin with the time they were made.
std::map<fs::path, std::vector<fs::path>> eventFiles(const fs::path& path) {
    std::map<fs::path, std::vector<fs::path>> files;
    if (!fs::is_directory(path)) {
        files[path].push_back(path);
        return files;
    }
    for (const auto& entry : fs::recursive_directory_iterator(path, fs::directory_options::skip_permission_denied))
        if (entry.is_regular_file() && isEventFile(entry.path())) files[entry.path().parent_path()].push_back(entry.path());
    for (auto& [folder, list] : files)
        std::ranges::sort(list);
    return files;
}

/// The files of one folder are one run: each goes on where the one before was interrupted.
ForeignRun readFolder(const fs::path& folder, const std::vector<fs::path>& files) {
    ForeignRun run{.format = "tensorboard", .id = folder.string(), .source = folder};
    std::map<std::string, int64_t> others;
    for (const fs::path& file : files) {
        const EventFileNotes notes = readEventFile(file, [&](const Scalar& scalar) {
            run.series[scalar.tag].push_back({scalar.step, std::numeric_limits<double>::quiet_NaN(), scalar.value, scalar.wall});
            if (run.started == 0 || scalar.wall < run.started) run.started = scalar.wall;
            run.finished = std::max(run.finished, scalar.wall);
        });
        for (const auto& [what, count] : notes.notUnderstood)
            others[what] += count;
        if (notes.torn) run.notUnderstood.push_back("the last record of " + file.filename().string() + ", which is cut off");
    }
    for (const auto& [what, count] : others)
        run.notUnderstood.push_back(fmt::format("{} {}", count, what));
    if (run.series.empty()) run.notUnderstood.emplace_back("it holds no scalars");
    return run;
}

std::vector<IncomingRun> read(const fs::path& path) {
    std::vector<IncomingRun> runs;
    for (const auto& [folder, files] : eventFiles(path)) {
        ForeignRun run = readFolder(folder, files);
        run.name = folder == path ? path.filename().string() : fs::relative(folder, path).string();
        runs.push_back(incoming(std::move(run)));
    }
    return runs;
}

std::vector<Scalar> scalarsOf(const WholeRun& run) {
    std::vector<Scalar> scalars;
    for (const auto& [name, points] : run.series)
        for (const Point& point : points)
            scalars.push_back({name, point.step, point.wall, point.value});
    std::ranges::stable_sort(scalars, {}, &Scalar::step);  // readers take a step back for a restart and drop what was before
    return scalars;
}

/// TensorBoard shows the folder as the run's name.
std::string folderName(const WholeRun& run) {
    constexpr size_t longest = 100, uuidDigits = 8;
    std::string name = run.facts.name;
    std::ranges::replace_if(
        name, [](char byte) { return byte == '/' || static_cast<unsigned char>(byte) < ' '; }, '_');
    size_t end = std::min(name.size(), longest);
    while (end < name.size() && (name[end] & 0xc0) == 0x80)
        --end;  // no half character
    return fmt::format("{} [{}]", name.substr(0, end), run.uuid.substr(0, uuidDigits));
}

/// A folder a run where there are several, as TensorBoard wants it.
std::vector<WrittenFile> write(const std::vector<WholeRun>& runs) {
    std::vector<WrittenFile> files;
    for (const WholeRun& run : runs) {
        const double begin = run.started > 0 ? run.started : run.created;
        std::string content = versionRecord(begin);
        for (const Scalar& scalar : scalarsOf(run))
            content += scalarRecord(scalar);
        const std::string name = fmt::format("events.out.tfevents.{:.0f}.gaplab.{}", begin, run.uuid);
        files.push_back({runs.size() == 1 ? fs::path(name) : fs::path(folderName(run)) / name, content});
    }
    return files;
}

bool recognises(const fs::path& path) {
    return fs::is_directory(path) ? !eventFiles(path).empty() : isEventFile(path);
}

}  // namespace

Format tensorBoardFormat() {
    return {.name = "tensorboard",
            .help = "event files with scalars, one folder a run; values are rounded to 32 bits, epochs are lost",
            .recognises = recognises,
            .read = read,
            .write = write};
}

}  // namespace gaplab
