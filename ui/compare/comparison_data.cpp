#include "ui/compare/comparison_data.h"

#include <algorithm>
#include <utility>

#include "ui/models/run_facts.h"

namespace gaplab::ui {
namespace {

constexpr size_t digitsOfIdentity = 6;

std::vector<ComparedTrial> groupRuns(std::vector<RunRow> rows, const std::string& baseline) {
    std::ranges::stable_partition(rows, [&baseline](const RunRow& row) { return row.trial == baseline; });
    std::vector<ComparedTrial> trials;
    for (RunRow& row : rows) {
        auto trial = std::ranges::find(trials, row.trial, &ComparedTrial::id);
        if (trial == trials.end()) {
            trials.push_back({row.trial, trialTitle(row), {}});
            trial = trials.end() - 1;
        }
        trial->runs.push_back(std::move(row));
    }
    const std::vector<ComparedTrial> all = trials;
    for (ComparedTrial& trial : trials) {
        std::ranges::stable_sort(trial.runs, {}, &RunRow::seed);
        if (std::ranges::count(all, trial.label, &ComparedTrial::label) > 1)
            trial.label += QStringLiteral(" · ") + QString::fromStdString(trial.id.substr(0, digitsOfIdentity));
    }
    return trials;
}

/// The runs that lead to these, none twice.
std::vector<RunRow> readSources(const Store& store, const std::vector<ComparedTrial>& trials) {
    std::set<int64_t> known;
    std::vector<int64_t> open;
    const auto take = [&](const RunRow& run) {
        for (const auto& [role, source] : run.from)
            if (known.insert(source).second) open.push_back(source);
    };
    for (const ComparedTrial& trial : trials)
        for (const RunRow& run : trial.runs)
            known.insert(run.id);
    for (const ComparedTrial& trial : trials)
        for (const RunRow& run : trial.runs)
            take(run);
    std::vector<RunRow> sources;
    while (!open.empty()) {
        std::vector<RunRow> rows = store.runs(std::exchange(open, {}));
        for (RunRow& row : rows) {
            take(row);
            sources.push_back(std::move(row));
        }
    }
    return sources;
}

}  // namespace

QStringList CompareAnswer::labels() const {
    QStringList all;
    for (const ComparedTrial& trial : trials)
        all += trial.label;
    return all;
}

CompareAnswer readComparison(const Store& store, const CompareQuestion& question) {
    CompareAnswer answer;
    answer.level = question.level;
    answer.margin = question.margin;
    answer.looks = question.looks;
    std::vector<RunRow> rows = store.runs(question.runs);
    std::ranges::sort(rows, {},
                      [&](const RunRow& row) { return std::ranges::find(question.runs, row.id) - question.runs.begin(); });
    answer.trials = groupRuns(std::move(rows), question.baseline);
    std::vector<std::string> names;
    for (const ComparedTrial& trial : answer.trials)
        for (const RunRow& run : trial.runs) {
            names.push_back(std::to_string(run.id));
            answer.live = answer.live || isLive(run.state);
            for (const SeriesSummary& series : run.series)
                answer.series.insert(series.name);
        }
    if (names.empty()) return answer;
    answer.sources = readSources(store, answer.trials);
    answer.curves = drawCurves(store, answer.trials, question.view, question.level);
    answer.comparison = compareTrials(store, names, question.level, question.margin, question.looks);
    for (TrialFigures& figures : answer.comparison.trials) {
        const auto trial = std::ranges::find(answer.trials, figures.trial, &ComparedTrial::id);
        if (trial != answer.trials.end()) figures.label = trial->label.toStdString();
    }
    return answer;
}

std::vector<int64_t> newestTrials(const std::vector<RunRow>& runs, size_t count) {
    std::set<std::string> trials;
    std::vector<int64_t> chosen;
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        if (run->state != RunState::Finished || run->kind == "stage") continue;
        if (trials.size() == count && !trials.contains(run->trial)) continue;
        trials.insert(run->trial);
        chosen.push_back(run->id);
    }
    if (trials.size() < count) return {};
    std::ranges::reverse(chosen);
    return chosen;
}

}  // namespace gaplab::ui
