#include <algorithm>
#include <array>
#include <limits>
#include <sstream>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/interop/mlflow.h"
#include "core/interop/plain_yaml.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;

constexpr double millisecond = 1e-3;

std::map<std::string, std::string> readMeta(const fs::path& path) {
    std::map<std::string, std::string> values;
    for (const YamlLine& line : readPlainYaml(readUtf8(path.string())))
        if (line.indent == 0) values[line.key] = line.value;
    return values;
}

/// Regular files below a folder, with the names they have there; "a/b" is a file in a folder.
std::map<std::string, fs::path> filesBelow(const fs::path& folder) {
    std::map<std::string, fs::path> files;
    if (!fs::is_directory(folder)) return files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) files[fs::relative(entry.path(), folder).generic_string()] = entry.path();
    return files;
}

/// "timestamp value step", times in milliseconds; old files have no step.
Point pointIn(std::string_view line, const std::string& where) {
    std::array<std::string, 3> words;
    std::istringstream stream{std::string(line)};
    size_t count = 0;
    while (count < words.size() && stream >> words[count])
        ++count;
    const auto time = numberIn(words[0]), value = numberIn(words[1]);
    const auto step = count > 2 ? wholeNumberIn(words[2]) : 0;
    if (count < 2 || !time || !value || !step)
        throw inputError(fmt::format("{}: \"{}\" is not \"time value step\"", where, line.substr(0, 80)));
    return {*step, std::numeric_limits<double>::quiet_NaN(), *value, *time * millisecond};
}

std::vector<Point> readMetric(const fs::path& path) {
    const std::string text = readUtf8(path.string());
    std::vector<Point> points;
    size_t number = 0;
    for (const std::string_view line : linesOf(text)) {
        ++number;
        if (!line.empty()) points.push_back(pointIn(line, fmt::format("{}, line {}", path.string(), number)));
    }
    return points;
}

/// 1 to 5 in the order of MLflow's RunStatus; newer files have the name.
std::string statusName(const std::string& code) {
    constexpr std::array names{"RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"};
    const auto number = wholeNumberIn(code);
    return number && *number >= 1 && *number <= std::ssize(names) ? names.at(static_cast<size_t>(*number - 1)) : code;
}

ForeignRun readRun(const fs::path& folder, std::map<std::string, std::string> meta) {
    ForeignRun run{.id = meta.contains("run_id") ? meta["run_id"] : meta["run_uuid"], .source = folder, .name = meta["run_name"]};
    run.started = numberIn(meta["start_time"]).value_or(0) * millisecond;
    run.finished = numberIn(meta["end_time"]).value_or(0) * millisecond;
    setMlflowState(run, statusName(meta["status"]));
    run.facts["experiment"] = meta["experiment_id"];
    if (const fs::path experiment = folder.parent_path() / "meta.yaml"; fs::exists(experiment))
        if (const std::string name = readMeta(experiment)["name"]; !name.empty()) run.facts["experiment"] = name;
    for (const auto& [name, file] : filesBelow(folder / "params"))
        run.parameters[name] = plainValue(readUtf8(file.string()));
    for (const auto& [name, file] : filesBelow(folder / "tags"))
        addMlflowTag(run, name, readUtf8(file.string()));
    for (const auto& [name, file] : filesBelow(folder / "metrics"))
        run.series[name] = readMetric(file);
    if (const size_t count = filesBelow(folder / "artifacts").size(); count > 0)
        run.notUnderstood.push_back(fmt::format("{} artifacts", count));
    return run;
}

/// The folders with a meta.yaml down to experiments' runs: mlruns/EXPERIMENT/RUN.
std::vector<fs::path> metaFolders(const fs::path& path) {
    constexpr int deepest = 2;
    std::vector<fs::path> folders;
    if (fs::exists(path / "meta.yaml")) folders.push_back(path);
    for (auto entry = fs::recursive_directory_iterator(path, fs::directory_options::skip_permission_denied);
         entry != fs::recursive_directory_iterator(); ++entry) {
        if (entry.depth() >= deepest) entry.disable_recursion_pending();
        if (entry->is_directory() && fs::exists(entry->path() / "meta.yaml")) folders.push_back(entry->path());
    }
    std::ranges::sort(folders);
    return folders;
}

}  // namespace

bool isMlflowFolder(const fs::path& path) {
    return !metaFolders(path).empty();
}

std::vector<ForeignRun> readMlflowFolder(const fs::path& path) {
    std::vector<ForeignRun> runs;
    for (const fs::path& folder : metaFolders(path)) {
        const std::map<std::string, std::string> meta = readMeta(folder / "meta.yaml");
        const bool hasId = meta.contains("run_id") || meta.contains("run_uuid");
        const auto stage = meta.find("lifecycle_stage");  // registered models name runs too, but have none
        if (hasId && stage != meta.end() && stage->second != "deleted") runs.push_back(readRun(folder, meta));
    }
    return runs;
}

}  // namespace gaplab
