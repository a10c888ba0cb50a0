#include "core/interop/mlflow.h"

#include "core/interop/members.h"
#include "core/store/foreign_database.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;

bool isMlflowDatabase(const fs::path& path) {
    const DatabaseHeader header = databaseHeader(path);
    return header.isDatabase && !header.isStore;
}

bool recognises(const fs::path& path) {
    return fs::is_directory(path) ? isMlflowFolder(path) : isMlflowDatabase(path);
}

std::vector<IncomingRun> read(const fs::path& path) {
    std::vector<IncomingRun> runs;
    for (ForeignRun& run : fs::is_directory(path) ? readMlflowFolder(path) : readMlflowDatabase(path)) {
        run.format = "mlflow";
        if (run.name.empty()) run.name = run.id;
        runs.push_back(incoming(std::move(run)));
    }
    return runs;
}

}  // namespace

void addMlflowTag(ForeignRun& run, const std::string& key, const std::string& value) {
    if (key == "mlflow.runName")
        run.name = value;
    else if (key == "mlflow.note.content")
        run.notes = value;
    else
        run.facts["tags"][key] = value;
}

void setMlflowState(ForeignRun& run, const std::string& status) {
    if (status == "FINISHED") return;
    run.state = status == "FAILED" ? RunState::Failed : RunState::Stopped;
    if (status == "RUNNING" || status == "SCHEDULED") run.reason = "It still went on in MLflow when it was taken over";
    if (status == "KILLED") run.reason = "It was killed";
    if (status == "FAILED") run.reason = "It failed";
}

Format mlflowFormat() {
    return {.name = "mlflow",
            .help = "a folder of MLflow (mlruns, an experiment or a run of it) or its SQLite database",
            .recognises = recognises,
            .read = read,
            .write = nullptr};
}

}  // namespace gaplab
