#include "ui/compare/trial_list.h"

#include <QEvent>
#include <QHeaderView>
#include <QSignalBlocker>

#include "ui/models/format.h"

namespace gaplab::ui {
namespace {

enum Role { TrialRole = Qt::UserRole, RunRole };

}  // namespace

TrialList::TrialList(TrialColors& colors, QWidget* parent) : QTreeWidget(parent), colors_(colors) {
    setObjectName(QStringLiteral("trials"));
    setAccessibleName(tr("Compared trials and runs"));
    setHeaderHidden(true);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setIconSize({24, 16});
    setIndentation(14);
    setWordWrap(true);
    connect(this, &QTreeWidget::itemChanged, this, &TrialList::takeChecks);
}

void TrialList::setTrials(const std::vector<ComparedTrial>& trials) {
    const QSignalBlocker quiet(this);
    const std::string chosen = selectedTrial();
    trials_ = trials;
    clear();
    for (size_t i = 0; i < trials.size(); ++i)
        addTrial(trials[i], i == 0);
    expandAll();
    for (int row = 0; row < topLevelItemCount(); ++row)
        if (topLevelItem(row)->data(0, TrialRole).toString().toStdString() == chosen) topLevelItem(row)->setSelected(true);
}

void TrialList::addTrial(const ComparedTrial& trial, bool baseline) {
    const QColor color = colors_.inkOf(trial.id)(palette());
    auto* item = new QTreeWidgetItem(this);
    item->setText(0, baseline ? tr("★ %1").arg(trial.label) : trial.label);
    item->setToolTip(0, baseline ? tr("Baseline: %1").arg(trial.label) : trial.label);
    item->setData(0, Qt::AccessibleTextRole, item->toolTip(0));
    item->setIcon(0, lineSwatch(color, Qt::SolidLine, 4));
    item->setData(0, TrialRole, QString::fromStdString(trial.id));
    item->setFlags(item->flags() | Qt::ItemIsUserCheckable | Qt::ItemIsAutoTristate);
    for (size_t i = 0; i < trial.runs.size(); ++i) {
        const RunRow& run = trial.runs[i];
        auto* child = new QTreeWidgetItem(item);
        child->setText(0, tr("seed %1, %2").arg(QString::number(run.seed), stateText(run.state)));
        child->setToolTip(0, tr("Run %1: %2").arg(QString::number(run.id), QString::fromStdString(run.name)));
        child->setIcon(0, lineSwatch(color, repeatDash(static_cast<int>(i)), 2));
        child->setData(0, TrialRole, QString::fromStdString(trial.id));
        child->setData(0, RunRole, static_cast<qlonglong>(run.id));
        child->setCheckState(0, hidden_.contains(run.id) ? Qt::Unchecked : Qt::Checked);
    }
}

void TrialList::takeChecks(QTreeWidgetItem* item) {
    const int64_t run = item->data(0, RunRole).toLongLong();
    if (run == 0) return;  // a trial's mark is that of its runs
    const bool hide = item->checkState(0) == Qt::Unchecked;
    if (hide == hidden_.contains(run)) return;
    if (hide)
        hidden_.insert(run);
    else
        hidden_.erase(run);
    Q_EMIT visibilityChanged();
}

std::vector<int64_t> TrialList::selectedRuns() const {
    std::set<int64_t> runs;
    for (const QTreeWidgetItem* item : selectedItems()) {
        if (const int64_t run = item->data(0, RunRole).toLongLong(); run != 0) runs.insert(run);
        for (int i = 0; i < item->childCount(); ++i)
            runs.insert(item->child(i)->data(0, RunRole).toLongLong());
    }
    return {runs.begin(), runs.end()};
}

std::string TrialList::selectedTrial() const {
    const QList<QTreeWidgetItem*> items = selectedItems();
    return items.isEmpty() ? std::string() : items.front()->data(0, TrialRole).toString().toStdString();
}

void TrialList::changeEvent(QEvent* event) {
    QTreeWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) setTrials(std::vector(trials_));
}

}  // namespace gaplab::ui
