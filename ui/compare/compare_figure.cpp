// A figure of the Compare page: what it is made of, and how it is opened again.

#include <QTabWidget>

#include "ui/compare/compare_page.h"
#include "ui/compare/curves_tab.h"
#include "ui/compare/trial_list.h"

namespace gaplab::ui {

FigureView ComparePage::figureView() const {
    FigureView view{.page = key().toStdString(), .choices = curves_->choices()};
    if (!baseline_.empty()) view.choices["baseline"] = baseline_;
    const std::set<int64_t>& hidden = trials_->hiddenRuns();
    for (const ComparedTrial& trial : answer_.trials)
        for (const RunRow& row : trial.runs) {
            FigureRun run{.uuid = row.uuid, .name = row.name, .seed = row.seed, .hidden = hidden.contains(row.id)};
            const auto held = answer_.curves.held.find(row.id);
            if (!run.hidden && held != answer_.curves.held.end()) run.series[curves_->series()] = held->second;
            view.runs.push_back(std::move(run));
        }
    return view;
}

void ComparePage::openFigure(const FigureView& view) {
    std::set<int64_t> hidden;
    runs_.clear();
    for (const FigureRun& run : view.runs) {
        if (run.id == 0) continue;
        runs_.push_back(run.id);
        if (run.hidden) hidden.insert(run.id);
    }
    const auto baseline = view.choices.find("baseline");
    baseline_ = baseline == view.choices.end() ? std::string() : baseline->second;
    looks_ = 1;
    chosen_ = true;
    opening_ = view;
    trials_->setHiddenRuns(std::move(hidden));
    curves_->choose(view.choices);
    tabs_->setCurrentWidget(curves_);
    refresh();
}

}  // namespace gaplab::ui
