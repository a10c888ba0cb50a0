#include "core/interop/csv_file.h"

#include <algorithm>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/base/text.h"
#include "core/interop/members.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// --- writing

/// Names by which the runs of one file can be told apart.
std::vector<std::string> distinctNames(const std::vector<WholeRun>& runs) {
    std::map<std::string, int> counts;
    for (const WholeRun& run : runs)
        ++counts[run.facts.name];
    std::vector<std::string> names;
    names.reserve(runs.size());
    for (const WholeRun& run : runs)
        names.push_back(counts[run.facts.name] == 1 ? run.facts.name
                                                    : fmt::format("{} [{}]", run.facts.name, run.uuid.substr(0, 8)));
    return names;
}

std::vector<WrittenFile> writeLong(const std::vector<WholeRun>& runs) {
    std::string text = "run,metric,step,epoch,wall,value\n";
    const std::vector<std::string> names = distinctNames(runs);
    for (size_t i = 0; i < runs.size(); ++i)
        for (const auto& [metric, points] : runs[i].series) {
            const std::string begin = csvCell(names[i]) + "," + csvCell(metric) + ",";
            for (const Point& point : points)
                text += fmt::format("{}{},{},{},{}\n", begin, point.step, numberText(point.epoch), numberText(point.wall),
                                    numberText(point.value));
        }
    return {{"", text}};
}

/// One step of one run: the values that there are, and epoch and time of the first of them.
struct WideRow {
    double epoch = 0, wall = 0;
    std::map<std::string, double> values;
};

std::vector<WrittenFile> writeWide(const std::vector<WholeRun>& runs) {
    std::set<std::string> metrics;
    for (const WholeRun& run : runs)
        for (const auto& [metric, points] : run.series)
            metrics.insert(metric);
    std::string text = "run,step,epoch,wall";
    for (const std::string& metric : metrics)
        text += "," + csvCell(metric);
    const std::vector<std::string> names = distinctNames(runs);
    for (size_t i = 0; i < runs.size(); ++i) {
        std::map<int64_t, WideRow> rows;
        for (const auto& [metric, points] : runs[i].series)
            for (const Point& point : points)
                rows.try_emplace(point.step, WideRow{point.epoch, point.wall, {}}).first->second.values[metric] = point.value;
        for (const auto& [step, row] : rows) {
            text += fmt::format("\n{},{},{},{}", csvCell(names[i]), step, numberText(row.epoch), numberText(row.wall));
            for (const std::string& metric : metrics) {
                const auto found = row.values.find(metric);
                text += "," + (found == row.values.end() ? std::string() : numberText(found->second));
            }
        }
    }
    return {{"", text + "\n"}};
}

// --- reading

class CsvRuns {
public:
    CsvRuns(std::string where, OtherText otherText) : where_(std::move(where)), otherText_(otherText) {}

    void header(const std::vector<std::string>& names) {
        names_ = names;
        run_ = columnOf({"run"});
        step_ = columnOf({"step", "_step"});
        epoch_ = columnOf({"epoch"});
        wall_ = columnOf({"wall", "_timestamp"});
        metric_ = columnOf({"metric"});
        value_ = columnOf({"value"});
        if (metric_ && !value_) refuse(1, "there is a column \"metric\" but none named \"value\"");
        if (!step_) refuse(1, fmt::format("there is no column \"step\"; the columns are {}", join(names)));
        std::set<std::string> seen;
        for (const std::string& name : names)
            if (!name.empty() && !seen.insert(name).second) refuse(1, "the column \"" + name + "\" is there twice");
    }

    void row(size_t line, const std::vector<std::string>& cells) {
        ForeignRun& run = runs_[run_ ? cells[*run_] : ""];
        const auto step = wholeNumberIn(cells[*step_]);
        if (!step || *step < 0) refuse(line, fmt::format("the step \"{}\" is not a whole number from 0 on", cells[*step_]));
        Point point{.step = *step, .epoch = nan};
        if (epoch_ && !cells[*epoch_].empty()) point.epoch = number(line, cells[*epoch_], "epoch");
        if (wall_ && !cells[*wall_].empty()) point.wall = number(line, cells[*wall_], "wall");
        if (metric_)
            add(run, cells[*metric_], point, number(line, cells[*value_], "value"));
        else
            addWide(run, line, point, cells);
    }

    std::map<std::string, ForeignRun> finish() {
        for (const auto& [column, count] : others_)
            for (auto& [name, run] : runs_)
                run.notUnderstood.push_back(fmt::format("{} cells of the column \"{}\" are no numbers", count, column));
        return std::move(runs_);
    }

private:
    using Column = std::optional<size_t>;

    Column columnOf(std::initializer_list<const char*> candidates) const {
        for (const char* candidate : candidates)
            if (const auto found = std::ranges::find(names_, candidate); found != names_.end())
                return static_cast<size_t>(found - names_.begin());
        return {};
    }

    /// Columns that a table carries for its own sake: an index without a name, and those of W&B.
    bool isMetric(size_t column) const {
        const Column own[] = {run_, step_, epoch_, wall_};
        const std::string& name = names_[column];
        return std::ranges::find(own, Column(column)) == std::end(own) && !name.empty() && name.front() != '_';
    }

    void addWide(ForeignRun& run, size_t line, const Point& point, const std::vector<std::string>& cells) {
        for (size_t column = 0; column < cells.size(); ++column) {
            if (!isMetric(column) || cells[column].empty()) continue;
            if (otherText_ == OtherText::Note && !numberIn(cells[column]))
                ++others_[names_[column]];
            else
                add(run, names_[column], point, number(line, cells[column], names_[column].c_str()));
        }
    }

    static void add(ForeignRun& run, const std::string& metric, Point point, double value) {
        point.value = value;
        run.series[metric].push_back(point);
    }

    double number(size_t line, const std::string& cell, const char* column) const {
        const auto value = numberIn(cell);
        if (!value) refuse(line, fmt::format("\"{}\" in the column {} is not a number", cell, column));
        return *value;
    }

    [[noreturn]] void refuse(size_t line, const std::string& reason) const {
        throw inputError(fmt::format("{}, line {}: {}", where_, line, reason),
                         "Columns are run, metric, step, epoch, wall, value, or run, step, epoch, wall and one a metric.");
    }

    const std::string where_;
    const OtherText otherText_;
    std::vector<std::string> names_;
    Column run_, step_, epoch_, wall_, metric_, value_;
    std::map<std::string, ForeignRun> runs_;
    std::map<std::string, int64_t> others_;  ///< column -> cells that are text
};

std::vector<IncomingRun> read(const fs::path& path) {
    std::vector<IncomingRun> runs;
    for (auto& [name, run] : readCsvRuns(path, OtherText::Refuse)) {
        run.format = "csv";
        run.id = path.string() + "#" + name;
        run.source = path;
        run.name = name.empty() ? path.stem().string() : name;
        runs.push_back(incoming(std::move(run)));
    }
    return runs;
}

}  // namespace

std::map<std::string, ForeignRun> readCsvRuns(const fs::path& path, OtherText otherText) {
    const std::string where = path.string();
    CsvRuns runs(where, otherText);
    bool first = true;
    readCsv(readUtf8(where), where, [&](size_t line, const std::vector<std::string>& cells) {
        first ? runs.header(cells) : runs.row(line, cells);
        first = false;
    });
    if (first) throw inputError(where + " is empty");
    return runs.finish();
}

Format csvFormat() {
    return {.name = "csv",
            .help = "a table with the columns run, metric, step, epoch, wall, value; wide tables are read too",
            .recognises = [](const fs::path& path) { return path.extension() == ".csv"; },
            .read = read,
            .write = writeLong};
}

Format wideCsvFormat() {
    return {.name = "csv-wide",
            .help = "a table with one row a step and one column a metric; epoch and time are those of the row's first metric",
            .recognises = nullptr,
            .read = nullptr,
            .write = writeWide};
}

}  // namespace gaplab
