#include "app/cli_runs.h"

#include <fmt/format.h>

#include "app/cli_text.h"
#include "core/base/log.h"

namespace gaplab::cli {
namespace {

const std::string gapSeries = "gap/validation/accuracy";

/// The epochs a run has done, and of how many.
std::string epochsOf(const RunRow& run) {
    const SeriesSummary* series = run.find("student/validation/accuracy");
    const std::string done = series ? fmt::format("{:g}", series->last.epoch) : "0";
    const Json training = run.document.is_object() ? run.document.value("training", Json::object()) : Json::object();
    return training.contains("epochs") ? done + "/" + training.at("epochs").dump() : done;
}

/// The latest accuracy of the teacher that the gap is measured to: the gap plus the student.
std::optional<double> teacherOf(const RunRow& run) {
    const auto gap = lastOf(run, gapSeries), student = lastOf(run, "student/validation/accuracy");
    if (!gap || !student) return {};
    return *gap + *student;
}

void line(std::string& text, const std::string& name, const std::string& value) {
    if (!value.empty()) text += fmt::format("{:<12} {}\n", name, value);
}

/// "4.4 points at the end, 0.1 points an epoch lately, 45.2 points x epochs in all, 61 % of the evaluations in band"
std::string gapText(const RunFigures& figures) {
    if (!figures.gapLast) return {};
    std::string text = fmt::format("{:.2f} points at the end", 100 * *figures.gapLast);
    if (figures.gap.slope) text += fmt::format(", {:+.2f} points an epoch in the later half", *figures.gap.slope);
    text += fmt::format(", {:.4g} points x epochs in all", figures.gap.area);
    if (figures.inBand) text += fmt::format(", {:.0f} % of the evaluations in band", 100 * *figures.inBand);
    if (figures.gap.outside) text += fmt::format(" ({:.3g} epochs outside)", *figures.gap.outside);
    if (figures.recovered) text += fmt::format(", {:.0f} % of the gap to the student alone recovered", 100 * *figures.recovered);
    if (figures.positiveTransfer && figures.negativeTransfer)
        text += fmt::format(", {:+.1f} points more of the teacher's right answers and {:+.1f} of its wrong ones than alone",
                            100 * *figures.positiveTransfer, 100 * *figures.negativeTransfer);
    return text;
}

std::string networksText(const RunRow& run) {
    if (!run.networks.is_object() || run.networks.empty()) return {};
    Table table({"Network", "architecture", ">parameters", ">MACs"});
    for (const auto& [role, facts] : run.networks.items())
        table.add({role, facts.value("architecture", ""), grouped(facts.value("parameters", int64_t{0})),
                   grouped(facts.value("macs", int64_t{0}))});
    return fmt::format("\n{}", table.text());
}

std::string seriesText(const RunRow& run) {
    if (run.series.empty()) return {};
    Table table({"Series", ">count", ">last", ">best", ">at epoch"});
    for (const SeriesSummary& series : run.series)
        table.add({series.name, std::to_string(series.count), fmt::format("{:.5g}", series.last.value),
                   fmt::format("{:.5g}", series.best().value), fmt::format("{:.4g}", series.best().epoch)});
    return fmt::format("\n{}", table.text());
}

std::string eventsText(const std::vector<RunEvent>& events) {
    if (events.empty()) return {};
    Table table({"Time", ">epoch", "level", "event", ""});
    for (const RunEvent& event : events)
        table.add({formatTime(event.wall), fmt::format("{:.2f}", event.epoch), event.level, event.kind, event.text});
    return fmt::format("\n{}", table.text());
}

std::string checkpointsText(const std::vector<CheckpointRecord>& checkpoints) {
    if (checkpoints.empty()) return {};
    Table table({"Checkpoint", ">epoch", ">size", "file"});
    for (const CheckpointRecord& checkpoint : checkpoints)
        table.add({checkpoint.kind, fmt::format("{:.2f}", checkpoint.epoch), size(checkpoint.bytes), checkpoint.relativePath});
    return fmt::format("\n{}", table.text());
}

}  // namespace

std::optional<double> lastOf(const RunRow& run, const std::string& series) {
    const SeriesSummary* found = run.find(series);
    return found ? std::optional(found->last.value) : std::nullopt;
}

std::optional<double> bestOf(const RunRow& run, const std::string& series) {
    const SeriesSummary* found = run.find(series);
    return found ? std::optional(found->best().value) : std::nullopt;
}

std::string resultTable(const std::vector<RunRow>& runs) {
    Table table({">Run", "name", ">seed", "state", ">epochs", ">best validation", ">last validation", ">test at best",
                 ">test at last", ">teacher", ">gap"});
    for (const RunRow& run : runs)
        table.add({std::to_string(run.id), run.name, std::to_string(run.seed), toText(run.state), epochsOf(run),
                   percent(bestOf(run, "student/validation/accuracy")), percent(lastOf(run, "student/validation/accuracy")),
                   percent(lastOf(run, "student/test/accuracy_at_best")), percent(lastOf(run, "student/test/accuracy_at_last")),
                   percent(teacherOf(run)), points(lastOf(run, gapSeries))});
    return table.text();
}

std::string describeRun(const RunRow& run, const RunFigures& figures, const std::vector<RunEvent>& events,
                        const std::vector<CheckpointRecord>& checkpoints) {
    std::string text;
    line(text, "Run", fmt::format("{}  {}", run.id, run.name));
    line(text, "State", fmt::format("{}{}{}", toText(run.state), run.reason.empty() ? "" : ": ", run.reason));
    line(text, "Seed", std::to_string(run.seed));
    line(text, "Trial", run.trial.substr(0, 12) + "  " + run.trialLabel);
    line(text, "Uuid", run.uuid);
    line(text, "Data", run.dataName);
    line(text, "Epochs", epochsOf(run));
    line(text, "Created", run.created > 0 ? formatTime(run.created) : "");
    line(text, "Finished", run.finished > 0 ? formatTime(run.finished) : "");
    line(text, "In the trash", run.deletedAt > 0 ? fmt::format("since {}", formatTime(run.deletedAt)) : "");
    line(text, "Gap", gapText(figures));
    line(text, "Notes", run.notes);
    for (const auto& [role, from] : run.from)
        line(text, "Weights", fmt::format("{} from run {}", role, from));
    return text + networksText(run) + seriesText(run) + checkpointsText(checkpoints) + eventsText(events);
}

}  // namespace gaplab::cli
