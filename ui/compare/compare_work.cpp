// What the Compare page asks of the store and shows of the answer.

#include <algorithm>

#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>

#include "ui/compare/answer_view.h"
#include "ui/compare/ask_seed_plan.h"
#include "ui/compare/choose_runs.h"
#include "ui/compare/compare_page.h"
#include "ui/compare/curves_tab.h"
#include "ui/compare/seed_adder.h"
#include "ui/compare/trial_list.h"
#include "ui/models/config_diff_model.h"
#include "ui/models/format.h"
#include "ui/models/trial_table_model.h"
#include "ui/plot/plot_view.h"
#include "ui/settings/settings.h"
#include "ui/window/theme.h"

namespace gaplab::ui {

void ComparePage::activate() {
    if (chosen_)
        refresh();
    else
        proposeRuns();
}

void ComparePage::proposeRuns() {
    chosen_ = true;
    pending_ = true;
    session_.reader.ask(
        this, [](const Store& store) { return newestTrials(store.runs(), 2); },
        [this](const std::vector<int64_t>& runs) {
            pending_ = false;
            if (runs_.empty())
                addRuns(runs);
            else if (stale_)  // somebody was quicker
                refresh();
        });
}

void ComparePage::showRuns(const std::vector<int64_t>& runs) {
    if (runs.size() != 1) {
        runs_.clear();
        looks_ = 1;
        baseline_.clear();
    }
    addRuns(runs);
}

void ComparePage::addRuns(const std::vector<int64_t>& runs) {
    chosen_ = true;
    for (const int64_t run : runs)
        if (std::ranges::find(runs_, run) == runs_.end()) runs_.push_back(run);
    refresh();
}

void ComparePage::refresh() {
    if (pending_) {
        stale_ = true;
        return;
    }
    pending_ = true;
    stale_ = false;
    const Preferences preferences = Preferences::load();
    CompareQuestion question = {runs_, baseline_, curves_->view(), preferences.confidence, preferences.margin, looks_};
    question.view.hidden = trials_->hiddenRuns();
    session_.reader.ask(
        this, [question](const Store& store) { return readComparison(store, question); },
        [this](CompareAnswer answer) {
            pending_ = false;
            if (stale_) return refresh();
            takeAnswer(std::move(answer));
        });
}

void ComparePage::takeAnswer(CompareAnswer answer) {
    answer_ = std::move(answer);
    trials_->setTrials(answer_.trials);
    curves_->show(answer_);
    if (opening_) curves_->plot()->openFigure(*opening_);
    opening_.reset();
    unseen_ = {views_.begin(), views_.end()};
    showCurrentView();
    differences_->setDifferences(answer_.comparison.differences, answer_.labels());
    same_->setVisible(answer_.comparison.differences.empty());
    differenceView_->setVisible(!answer_.comparison.differences.empty());
    figures_->setTrials(answer_.comparison.trials, answer_.level);
    for (QTableView* view : {differenceView_, figureView_})
        view->resizeColumnsToContents();
    rules_->setText(tr("Mean ± standard deviation over finished runs. Differences are of the test accuracy at the best "
                       "validation epoch, against "
                       "the trial with the star; several comparisons are corrected by Holm's procedure. Intervals at %1 %, "
                       "practical margin %2 points.")
                        .arg(numberText(100 * answer_.level, 0), numberText(100 * answer_.margin, 1)));
    if (answer_.looks > 1)
        rules_->setText(rules_->text() + QLatin1Char(' ') +
                        tr("Seeds were added: each of at most %n look(s) is at its share of the level.", "",
                           static_cast<int>(answer_.looks)));
    stack_->setCurrentIndex(answer_.trials.empty() ? 0 : 1);
    showWarning();
    updateButtons();
}

void ComparePage::showCurrentView() {
    for (AnswerView* view : views_)
        if (view == tabs_->currentWidget() && unseen_.erase(view) > 0) view->showAnswer(answer_);
}

void ComparePage::showWarning() {
    QStringList reasons;
    for (const std::string& reason : answer_.comparison.notComparable)
        reasons += QString::fromStdString(reason);
    warning_->setVisible(!reasons.isEmpty());
    if (reasons.isEmpty()) return;
    const QString text = tr("Not comparable: %1. The curves are drawn all the same.").arg(reasons.join(QStringLiteral("; ")));
    warning_->setText(QStringLiteral("⚠ ") + text);
    warning_->setAccessibleName(text);
    const QColor red = levelColor(QStringLiteral("error"), palette()), ground = palette().color(QPalette::Window);
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText, ground);
    colors.setColor(QPalette::Window, red);
    warning_->setPalette(colors);
}

void ComparePage::chooseRuns() {
    session_.reader.ask(
        this, [](const Store& store) { return store.runs(); },
        [this](std::vector<RunRow> runs) {
            auto* dialog = new ChooseRuns(std::move(runs), this);
            dialog->setAttribute(Qt::WA_DeleteOnClose);
            connect(dialog, &ChooseRuns::chosen, this, &ComparePage::addRuns);
            dialog->open();
        });
}

void ComparePage::removeSelected() {
    for (const int64_t run : trials_->selectedRuns())
        std::erase(runs_, run);
    refresh();
}

void ComparePage::setBaseline() {
    if (trials_->selectedTrial().empty()) return;
    baseline_ = trials_->selectedTrial();
    refresh();
}

void ComparePage::askSeedPlan() {
    auto* dialog = new AskSeedPlan(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &AskSeedPlan::chosen, this, &ComparePage::addSeeds);
    dialog->open();
}

void ComparePage::addSeeds(const SeedPlan& plan) {
    SeedStudy study{.plan = plan, .level = answer_.level, .margin = answer_.margin};
    for (const ComparedTrial& trial : answer_.trials)
        study.trials.push_back(trial.id);
    looks_ = plan.looks;
    seeds_->start(std::move(study));
    updateButtons();
    refresh();
}

qint64 ComparePage::selectedRun() const {
    const std::vector<int64_t> runs = trials_->selectedRuns();
    return runs.size() == 1 ? static_cast<qint64>(runs.front()) : 0;
}

void ComparePage::updateButtons() {
    const bool any = !trials_->selectedItems().isEmpty();
    remove_->setEnabled(any);
    setBaseline_->setEnabled(any && answer_.trials.size() > 1);
    addSeeds_->setEnabled(answer_.trials.size() > 1 && answer_.comparison.notComparable.empty() && !seeds_->isBusy());
}

}  // namespace gaplab::ui
