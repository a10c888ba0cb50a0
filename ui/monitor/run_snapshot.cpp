#include "ui/monitor/run_snapshot.h"

#include "core/run/inspect.h"
#include "ui/models/series_text.h"
#include "ui/monitor/detail.h"

namespace gaplab::ui {
namespace {

void readDocument(RunSnapshot& snapshot) {
    try {
        const Experiment experiment = parseExperiment(snapshot.document, catalogue());
        if (experiment.gap && !experiment.gap->target.points.empty()) snapshot.target = experiment.gap;
        snapshot.epochs = static_cast<double>(experiment.training.epochs);
    } catch (const Error&) {
        // A run of another version of the program: its points are shown all the same, without a band.
    }
}

}  // namespace

bool isWatched(const std::string& series) {
    return series.ends_with("/validation/accuracy") || isDetail(series) || series == batchGapSeries ||
           series == worstGroupGapSeries || series == steeredGapSeries || series == targetSeries || series == actuatorSeries;
}

void takeEdit(RunSnapshot& snapshot, const RunEvent& event) {
    if (event.kind != "edit" || !event.details.contains("path")) return;
    try {
        setValue(snapshot.document, event.details.at("path").get<std::string>() + "=" + event.details.at("new").dump());
    } catch (const Error&) {
        return;  // of another version of the program
    }
    readDocument(snapshot);
}

RunSnapshot readSnapshot(const Store& store, int64_t run, const std::map<std::string, int64_t>& after) {
    RunSnapshot snapshot;
    snapshot.row = store.run(run);
    snapshot.complete = after.empty();
    snapshot.document = snapshot.row.document;
    readDocument(snapshot);
    for (const SeriesSummary& series : snapshot.row.series) {
        if (!isWatched(series.name)) continue;
        const auto held = after.find(series.name);
        snapshot.points[series.name] = store.points(run, series.name, held == after.end() ? -1 : held->second);
    }
    snapshot.events = store.events(run);
    for (const RunEvent& event : snapshot.events)
        takeEdit(snapshot, event);
    if (const auto baseline = snapshot.row.from.find("baseline"); baseline != snapshot.row.from.end())
        snapshot.baseline = store.points(baseline->second, mainSeries);
    return snapshot;
}

}  // namespace gaplab::ui
