#include <limits>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/interop/mlflow.h"
#include "core/store/foreign_database.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;
using Value = ForeignDatabase::Value;

constexpr double millisecond = 1e-3;

/// Cells of the database, of which each could be of any type.
class Cells {
public:
    explicit Cells(const std::string& where) : where_(where) {}

    std::string text(const Value& value) const {
        if (std::holds_alternative<std::nullptr_t>(value)) return {};
        if (const auto* whole = std::get_if<int64_t>(&value)) return std::to_string(*whole);
        if (const auto* number = std::get_if<double>(&value)) return numberText(*number);
        requireUtf8(std::get<std::string>(value), where_ + ": a text");
        return std::get<std::string>(value);
    }
    double number(const Value& value, const char* column) const {
        if (const auto* whole = std::get_if<int64_t>(&value)) return static_cast<double>(*whole);
        if (const auto* real = std::get_if<double>(&value)) return *real;
        throw inputError(fmt::format("{}: the column {} holds what is not a number", where_, column));
    }
    double time(const Value& value, const char* column) const {
        return std::holds_alternative<std::nullptr_t>(value) ? 0 : number(value, column) * millisecond;
    }

private:
    const std::string& where_;
};

/// The database has no values that are not finite: a mark for NaN, and the largest number for what is infinite.
double valueIn(double number, bool isNan) {
    if (isNan) return std::numeric_limits<double>::quiet_NaN();
    constexpr double largest = std::numeric_limits<double>::max(), infinity = std::numeric_limits<double>::infinity();
    return number >= largest ? infinity : number <= -largest ? -infinity : number;
}

std::map<std::string, std::string> readExperiments(const ForeignDatabase& database, const Cells& cells) {
    std::map<std::string, std::string> names;
    database.forEachRow("experiments", {"experiment_id", "name"},
                        [&](const std::vector<Value>& row) { names[cells.text(row[0])] = cells.text(row[1]); });
    return names;
}

/// By their ids.
std::map<std::string, ForeignRun> readRuns(const ForeignDatabase& database, const Cells& cells, const fs::path& path) {
    std::map<std::string, std::string> experiments = readExperiments(database, cells);
    std::map<std::string, ForeignRun> runs;
    database.forEachRow("runs", {"run_uuid", "name", "status", "start_time", "end_time", "lifecycle_stage", "experiment_id"},
                        [&](const std::vector<Value>& row) {
                            if (cells.text(row[5]) == "deleted") return;
                            ForeignRun run{.id = cells.text(row[0]), .source = path, .name = cells.text(row[1])};
                            setMlflowState(run, cells.text(row[2]));
                            run.started = cells.time(row[3], "start_time");
                            run.finished = cells.time(row[4], "end_time");
                            run.facts["experiment"] = experiments[cells.text(row[6])];
                            runs.emplace(run.id, std::move(run));
                        });
    return runs;
}

}  // namespace

std::vector<ForeignRun> readMlflowDatabase(const fs::path& path) {
    const std::string where = path.string();
    const ForeignDatabase database(path);
    const Cells cells(where);
    if (!database.has("runs", {"run_uuid"}) || !database.has("metrics", {"key"}))
        throw inputError(where + " is a database, but not one of MLflow (tables runs, metrics, params, tags, experiments)");
    std::map<std::string, ForeignRun> runs = readRuns(database, cells, path);
    const auto ofRun = [&](const Value& id) {
        const auto found = runs.find(cells.text(id));
        return found == runs.end() ? nullptr : &found->second;
    };
    database.forEachRow("params", {"run_uuid", "key", "value"}, [&](const std::vector<Value>& row) {
        if (ForeignRun* run = ofRun(row[0])) run->parameters[cells.text(row[1])] = plainValue(cells.text(row[2]));
    });
    database.forEachRow("tags", {"run_uuid", "key", "value"}, [&](const std::vector<Value>& row) {
        if (ForeignRun* run = ofRun(row[0])) addMlflowTag(*run, cells.text(row[1]), cells.text(row[2]));
    });
    database.forEachRow(
        "metrics", {"run_uuid", "key", "value", "timestamp", "step", "is_nan"}, [&](const std::vector<Value>& row) {
            ForeignRun* run = ofRun(row[0]);
            if (!run) return;
            const auto* step = std::get_if<int64_t>(&row[4]);
            if (!step) throw inputError(where + ": the column step of metrics holds what is not a whole number");
            run->series[cells.text(row[1])].push_back(
                {*step, std::numeric_limits<double>::quiet_NaN(),
                 valueIn(cells.number(row[2], "value"), cells.number(row[5], "is_nan") != 0), cells.time(row[3], "timestamp")});
        });
    std::vector<ForeignRun> list;
    list.reserve(runs.size());
    for (auto& [id, run] : runs)
        list.push_back(std::move(run));
    return list;
}

}  // namespace gaplab
