// What the Library does with the selected runs.

#include <QAction>
#include <QTableView>

#include "ui/library/library_page.h"
#include "ui/models/format.h"

namespace gaplab::ui {

std::vector<const RunRow*> LibraryPage::selected() const {
    std::vector<const RunRow*> runs;
    for (const QModelIndex& index : view_->selectionModel()->selectedRows())
        runs.push_back(&model_->runAt(filter_->mapToSource(index).row()));
    std::ranges::sort(runs, {}, [](const RunRow* run) { return run->id; });
    return runs;
}

qint64 LibraryPage::selectedRun() const {
    const std::vector<const RunRow*> runs = selected();
    return runs.size() == 1 ? static_cast<qint64>(runs.front()->id) : 0;
}

void LibraryPage::updateActions() {
    const std::vector<const RunRow*> runs = selected();
    const bool trash = trash_->isChecked(), any = !runs.empty(), one = runs.size() == 1;
    open_->setEnabled(one);
    clone_->setEnabled(one);
    compare_->setEnabled(any && !trash);
    resume_->setEnabled(one && !trash && isResumable(runs.front()->state));
    rename_->setEnabled(one && !trash);
    delete_->setEnabled(any);
    delete_->setVisible(!trash);
    restore_->setEnabled(any);
    restore_->setVisible(trash);
}

void LibraryPage::openSelected() {
    if (const qint64 run = selectedRun(); run != 0) Q_EMIT openMonitor(run);
}

void LibraryPage::compareSelected() {
    std::vector<int64_t> runs;
    for (const RunRow* run : selected())
        runs.push_back(run->id);
    if (!runs.empty()) Q_EMIT openCompare(runs);
}

void LibraryPage::cloneSelected() {
    const std::vector<const RunRow*> runs = selected();
    if (runs.size() == 1) Q_EMIT openSetup(runs.front()->document);
}

void LibraryPage::resumeSelected() {
    const std::vector<const RunRow*> runs = selected();
    if (runs.size() != 1 || !isResumable(runs.front()->state)) return;
    const qint64 run = static_cast<qint64>(runs.front()->id);
    session_.workbench.resume(run);
    Q_EMIT openMonitor(run);
}

void LibraryPage::renameSelected() {
    const QModelIndexList rows = view_->selectionModel()->selectedRows(RunTableModel::Name);
    if (rows.size() != 1) return;
    view_->setCurrentIndex(rows.front());
    view_->edit(rows.front());
}

void LibraryPage::deleteSelected() {
    std::vector<int64_t> runs;
    QStringList live;
    for (const RunRow* run : selected()) {
        if (isLive(run->state))
            live += tr("“%1” (%2)").arg(QString::fromStdString(run->name), stateText(run->state));
        else
            runs.push_back(run->id);
    }
    for (const int64_t run : runs)
        session_.workbench.deleteRun(run);
    QStringList sentences;
    if (!runs.empty())
        sentences += tr("%n run(s) moved to the trash, from where they can be restored.", "", static_cast<int>(runs.size()));
    if (!live.isEmpty())
        sentences += tr("Not deleted, because not ended yet: %1. Stop them first.", "", static_cast<int>(live.size()))
                         .arg(live.join(QStringLiteral(", ")));
    if (!sentences.isEmpty())
        Q_EMIT message(live.isEmpty() ? QStringLiteral("info") : QStringLiteral("warning"), sentences.join(' '));
}

void LibraryPage::restoreSelected() {
    const std::vector<const RunRow*> runs = selected();
    for (const RunRow* run : runs)
        session_.workbench.restoreRun(run->id);
    if (!runs.empty())
        Q_EMIT message(QStringLiteral("info"), tr("%n run(s) restored from the trash.", "", static_cast<int>(runs.size())));
}

}  // namespace gaplab::ui
