#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/experiment/experiment.h"
#include "core/interop/csv_file.h"
#include "core/interop/members.h"
#include "core/interop/plain_yaml.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Json scalarIn(const std::string& text) {
    if (text == "null" || text == "~") return {};
    if (text == "true" || text == "false") return text == "true";
    return plainValue(text);
}

/// "key:" with "value: SCALAR" below it. What is nested deeper is told.
void readConfig(const fs::path& path, ForeignRun& run) {
    std::string key;
    size_t depth = 0;
    for (const YamlLine& line : readPlainYaml(readUtf8(path.string()))) {
        if (line.indent == 0) {
            key = line.key;
            depth = 0;
            if (!line.value.empty()) run.parameters[key] = scalarIn(line.value);
            continue;
        }
        if (depth == 0) depth = line.indent;
        if (key == "_wandb" || line.indent > depth || line.key != "value") continue;
        if (line.value.empty() || line.value.front() == '{' || line.value.front() == '[')
            run.notUnderstood.push_back("the parameter \"" + key + "\", which is a list or an object");
        else
            run.parameters[key] = scalarIn(line.value);
    }
}

/// JSON as Python writes it has values that are not finite as text here.
std::optional<double> numberOf(const Json& value) {
    if (value.is_number()) return value.get<double>();
    return value.is_string() ? numberIn(value.get_ref<const std::string&>()) : std::nullopt;
}

/// One object a step: numbers by their names, "_step" and "_timestamp" among them.
void readRecord(const Json& record, int64_t step, ForeignRun& run, std::map<std::string, int64_t>& others) {
    if (const auto found = record.find("_step"); found != record.end() && found->is_number_integer()) step = *found;
    const auto found = record.find("_timestamp");
    const double wall = found == record.end() ? 0 : numberOf(*found).value_or(0);
    for (const auto& [name, value] : record.items()) {
        if (name.empty() || name.front() == '_') continue;
        if (const auto number = numberOf(value))
            run.series[name].push_back({step, nan, *number, wall});
        else
            ++others[name];
    }
}

void noteOthers(const std::map<std::string, int64_t>& others, ForeignRun& run) {
    for (const auto& [name, count] : others)
        run.notUnderstood.push_back(fmt::format("{} values of \"{}\", which are no numbers", count, name));
}

void readJsonLines(const fs::path& path, ForeignRun& run) {
    const std::string text = readUtf8(path.string());
    std::map<std::string, int64_t> others;
    int64_t number = 0;
    for (const std::string_view line : linesOf(text)) {
        const std::string where = fmt::format("{}, line {}", path.string(), ++number);
        if (line.empty()) continue;
        const Json record = parseJson(std::string(line), where);
        if (!record.is_object()) throw inputError(where + ": this is not an object");
        readRecord(record, number - 1, run, others);
    }
    noteOthers(others, run);
}

void readCsvHistory(const fs::path& path, ForeignRun& run) {
    for (auto& [name, part] : readCsvRuns(path, OtherText::Note)) {
        for (auto& [metric, points] : part.series)
            run.series[metric].insert(run.series[metric].end(), points.begin(), points.end());
        std::ranges::copy(part.notUnderstood, std::back_inserter(run.notUnderstood));
    }
}

/// Last values; of use for metrics of which the history is not there.
void readSummary(const fs::path& path, ForeignRun& run) {
    const Json summary = parseJson(readUtf8(path.string()), path.string());
    if (!summary.is_object()) throw inputError(path.string() + " is not an object");
    ForeignRun last;
    std::map<std::string, int64_t> others;
    readRecord(summary, 0, last, others);
    for (auto& [name, points] : last.series)
        run.series.try_emplace(name, std::move(points));
    noteOthers(others, run);
}

/// "run-20260101_120000-ab12cd34" (or its folder "files") -> "ab12cd34".
std::string idOf(const fs::path& folder) {
    const std::string name = (folder.filename() == "files" ? folder.parent_path() : folder).filename().string();
    const size_t dash = name.rfind('-');
    return dash == std::string::npos ? name : name.substr(dash + 1);
}

bool isRunFolder(const fs::path& folder) {
    return fs::exists(folder / "wandb-summary.json") || fs::exists(folder / "config.yaml");
}

std::vector<fs::path> runFolders(const fs::path& path) {
    constexpr int deepest = 2;  // wandb/run-DATE-ID/files
    std::vector<fs::path> folders;
    if (!fs::is_directory(path)) return folders;
    if (isRunFolder(path)) return {path};
    for (auto entry = fs::recursive_directory_iterator(path, fs::directory_options::skip_permission_denied);
         entry != fs::recursive_directory_iterator(); ++entry) {
        if (entry.depth() >= deepest) entry.disable_recursion_pending();
        if (entry->is_directory() && isRunFolder(entry->path())) folders.push_back(entry->path());
    }
    std::ranges::sort(folders);
    return folders;
}

ForeignRun readFolder(const fs::path& folder) {
    ForeignRun run{.format = "wandb", .id = idOf(folder), .source = folder, .name = idOf(folder)};
    if (const fs::path config = folder / "config.yaml"; fs::exists(config)) readConfig(config, run);
    bool hasHistory = false;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const fs::path& file = entry.path();
        if (file.extension() == ".jsonl")
            readJsonLines(file, run);
        else if (file.extension() == ".csv")
            readCsvHistory(file, run);
        else
            continue;
        hasHistory = true;
    }
    if (!hasHistory)
        run.notUnderstood.push_back(
            "the history: it is in a binary log; write it beside as CSV or JSON lines "
            "(run.history().to_csv(..))");
    if (const fs::path summary = folder / "wandb-summary.json"; fs::exists(summary)) readSummary(summary, run);
    for (const auto& [metric, points] : run.series)
        for (const Point& point : points)
            run.finished = std::max(run.finished, point.wall);
    return run;
}

std::vector<IncomingRun> read(const fs::path& path) {
    std::vector<IncomingRun> runs;
    for (const fs::path& folder : runFolders(path))
        runs.push_back(incoming(readFolder(folder)));
    return runs;
}

}  // namespace

Format wandbFormat() {
    return {.name = "wandb",
            .help = "a folder of W&B with config.yaml, wandb-summary.json and the history as CSV or JSON lines",
            .recognises = [](const fs::path& path) { return !runFolders(path).empty(); },
            .read = read,
            .write = nullptr};
}

}  // namespace gaplab
