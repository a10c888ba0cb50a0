#include "core/interop/formats.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/names.h"
#include "core/interop/members.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;

const Format* recognised(const fs::path& path) {
    const auto found = std::ranges::find_if(
        formats(), [&](const Format& candidate) { return candidate.recognises && candidate.recognises(path); });
    return found == formats().end() ? nullptr : &*found;
}

std::vector<std::string> namesOf(bool (*wanted)(const Format&)) {
    std::vector<std::string> names;
    for (const Format& candidate : formats())
        if (wanted(candidate)) names.push_back(candidate.name);
    return names;
}

const Format& readableFormat(const fs::path& path, const std::string& name) {
    const std::string readable = join(namesOf([](const Format& candidate) { return candidate.read != nullptr; }));
    const Format* chosen = name.empty() ? recognised(path) : &format(name);
    if (!chosen) throw inputError(path.string() + " is of no known format", "Known are: " + readable + ".");
    if (!chosen->read) throw inputError("The format " + name + " is only written, not read", "These are read: " + readable + ".");
    return *chosen;
}

}  // namespace

const std::vector<Format>& formats() {
    static const std::vector<Format> members = {
        runFileFormat(), csvFormat(), wideCsvFormat(), mlflowFormat(), wandbFormat(), tensorBoardFormat(),
    };
    return members;
}

const Format& format(const std::string& name) {
    const auto found = std::ranges::find(formats(), name, &Format::name);
    if (found != formats().end()) return *found;
    const std::vector<std::string> names = namesOf([](const Format&) { return true; });
    const std::string near = nearestName(name, names);
    throw inputError("There is no format \"" + name + "\".",
                     near.empty() ? "The formats are: " + join(names) + "." : "Did you mean \"" + near + "\"?");
}

std::vector<IncomingRun> readRuns(const fs::path& path, const std::string& name) {
    try {
        if (!fs::exists(path)) throw inputError("There is no file or folder " + path.string());
        const fs::path place = fs::weakly_canonical(path);
        const Format& chosen = readableFormat(place, name);
        std::vector<IncomingRun> runs = chosen.read(place);
        if (runs.empty()) throw inputError(fmt::format("{} holds no run in the format {}", path.string(), chosen.name));
        return runs;
    } catch (const fs::filesystem_error& error) {
        throw worldError(fmt::format("Cannot look through {}: {}", error.path1().string(), error.code().message()));
    }
}

void writeRuns(const std::vector<WholeRun>& runs, const std::string& name, const fs::path& out) {
    const Format& chosen = format(name);
    if (!chosen.write)
        throw inputError("The format " + name + " is only read, not written",
                         "These are written: " + join(namesOf([](const Format& one) { return one.write != nullptr; })) + ".");
    try {
        for (const WrittenFile& file : chosen.write(runs)) {
            const fs::path place = file.path.empty() ? out : out / file.path;
            if (file.path.empty() && fs::is_directory(place))
                throw inputError(out.string() + " is a folder", "Name the file to write with --out.");
            if (place.has_parent_path()) fs::create_directories(place.parent_path());
            writeTextAtomically(place, file.content);
        }
    } catch (const fs::filesystem_error& error) {
        throw worldError(fmt::format("Cannot write {}: {}", error.path1().string(), error.code().message()));
    }
}

}  // namespace gaplab
