#include "ui/compare/comparison_data.h"

#include <algorithm>

#include "ui/models/run_facts.h"

namespace gaplab::ui {
namespace {

constexpr size_t digitsOfIdentity = 6;

std::vector<RunRow> readRuns(const Store& store, const std::vector<int64_t>& ids) {
    std::vector<RunRow> rows;
    for (const int64_t id : ids) {
        try {
            rows.push_back(store.run(id));
        } catch (const Error& error) {
            if (error.fault() != Fault::Input) throw;  // the store has no such run any more
        }
    }
    return rows;
}

std::vector<CompareAnswer::Trial> groupRuns(std::vector<RunRow> rows, const std::string& baseline) {
    std::ranges::stable_partition(rows, [&baseline](const RunRow& row) { return row.trial == baseline; });
    std::vector<CompareAnswer::Trial> trials;
    for (RunRow& row : rows) {
        auto trial = std::ranges::find(trials, row.trial, &CompareAnswer::Trial::id);
        if (trial == trials.end()) {
            trials.push_back({row.trial, trialTitle(row), {}});
            trial = trials.end() - 1;
        }
        trial->runs.push_back(std::move(row));
    }
    const std::vector<CompareAnswer::Trial> all = trials;
    for (CompareAnswer::Trial& trial : trials) {
        std::ranges::stable_sort(trial.runs, {}, &RunRow::seed);
        if (std::ranges::count(all, trial.label, &CompareAnswer::Trial::label) > 1)
            trial.label += QStringLiteral(" · ") + QString::fromStdString(trial.id.substr(0, digitsOfIdentity));
    }
    return trials;
}

}  // namespace

QStringList CompareAnswer::labels() const {
    QStringList all;
    for (const Trial& trial : trials)
        all += trial.label;
    return all;
}

CompareAnswer readComparison(const Store& store, const CompareQuestion& question) {
    CompareAnswer answer;
    answer.level = question.level;
    answer.margin = question.margin;
    answer.looks = question.looks;
    answer.trials = groupRuns(readRuns(store, question.runs), question.baseline);
    std::vector<std::string> names;
    for (const CompareAnswer::Trial& trial : answer.trials)
        for (const RunRow& run : trial.runs) {
            names.push_back(std::to_string(run.id));
            answer.live = answer.live || isLive(run.state);
            for (const SeriesSummary& series : run.series)
                answer.series.insert(series.name);
            answer.curves[run.id] = store.points(run.id, question.series);
        }
    if (names.empty()) return answer;
    answer.comparison = compareTrials(store, names, question.level, question.margin, question.looks);
    for (TrialFigures& figures : answer.comparison.trials) {
        const auto trial = std::ranges::find(answer.trials, figures.trial, &CompareAnswer::Trial::id);
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

std::vector<Point> meanCurve(const std::vector<std::vector<Point>>& curves) {
    std::map<int64_t, std::pair<Point, size_t>> sums;
    for (const std::vector<Point>& curve : curves)
        for (const Point& point : curve) {
            auto& [sum, count] = sums[point.step];
            sum.step = point.step;
            sum.epoch = point.epoch;
            sum.value += point.value;
            ++count;
        }
    std::vector<Point> mean;
    for (const auto& [step, entry] : sums) {
        if (entry.second != curves.size()) continue;  // a mean over fewer runs would jump where a run ends
        mean.push_back(entry.first);
        mean.back().value /= static_cast<double>(curves.size());
    }
    return mean;
}

}  // namespace gaplab::ui
