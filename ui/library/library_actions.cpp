// What the Library does with the selected runs.

#include <QAbstractButton>
#include <QAction>
#include <QInputDialog>
#include <QMessageBox>
#include <QRegularExpression>
#include <QScrollBar>

#include "core/base/names.h"
#include "ui/library/library_page.h"
#include "ui/models/format.h"

namespace gaplab::ui {

std::vector<const RunRow*> LibraryPage::selected() const {
    std::vector<int> rows;
    for (const QModelIndex& index : view_->selectionModel()->selectedRows())
        std::ranges::copy(filter_->runsUnder(index), std::back_inserter(rows));
    std::ranges::sort(rows);  // which ascend with the ids
    rows.erase(std::ranges::unique(rows).begin(), rows.end());
    std::vector<const RunRow*> runs;
    for (const int row : rows)
        runs.push_back(&model_->runAt(row));
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
    saveSet_->setEnabled(any && !trash);
    resume_->setEnabled(one && !trash && isResumable(runs.front()->state));
    rename_->setEnabled(one && !trash);
    note_->setEnabled(one && !trash);
    tag_->setEnabled(any && !trash);
    move_->setEnabled(any && !trash);
    export_->setEnabled(any && !trash);
    purge_->setEnabled(any);
    purge_->setVisible(trash);
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
    view_->horizontalScrollBar()->setValue(0);  // the name is under other columns otherwise
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
    if (!runs.empty()) edits_.remove(runs);
    QStringList sentences;
    if (!runs.empty()) sentences += tr("%n run(s) moved to the trash. Undo takes them back.", "", static_cast<int>(runs.size()));
    if (!live.isEmpty())
        sentences += tr("Not deleted, because not ended yet: %1. Stop them first.", "", static_cast<int>(live.size()))
                         .arg(live.join(QStringLiteral(", ")));
    if (!sentences.isEmpty())
        Q_EMIT message(live.isEmpty() ? QStringLiteral("info") : QStringLiteral("warning"), sentences.join(' '));
}

void LibraryPage::restoreSelected() {
    std::vector<int64_t> runs;
    for (const RunRow* run : selected())
        runs.push_back(run->id);
    if (!runs.empty()) edits_.restore(runs);
    if (!runs.empty())
        Q_EMIT message(QStringLiteral("info"), tr("%n run(s) restored from the trash.", "", static_cast<int>(runs.size())));
}

void LibraryPage::tagSelected() {
    const std::vector<const RunRow*> runs = selected();
    if (runs.empty()) return;
    // What all of them have; what only some have stays with those.
    std::vector<std::string> common = runs.front()->tags;
    for (const RunRow* run : runs)
        std::erase_if(common, [run](const std::string& tag) { return std::ranges::find(run->tags, tag) == run->tags.end(); });
    bool sure = false;
    const QString line = QInputDialog::getText(
        this, tr("Tags"), tr("Tags of %n run(s), with spaces between them:", "", static_cast<int>(runs.size())),
        QLineEdit::Normal, QString::fromStdString(join(common, " ")), &sure);
    if (!sure) return;
    std::vector<std::string> wanted;
    for (const QString& tag : line.split(QRegularExpression(QStringLiteral("[\\s,]+")), Qt::SkipEmptyParts))
        wanted.push_back(tag.toStdString());
    RunEdits::TagsOfRuns before, after;
    for (const RunRow* run : runs) {
        std::vector<std::string> tags = wanted;
        for (const std::string& tag : run->tags)
            if (std::ranges::find(common, tag) == common.end()) tags.push_back(tag);
        before.emplace_back(run->id, run->tags);
        after.emplace_back(run->id, tags);
    }
    edits_.setTags(before, after);
}

void LibraryPage::noteSelected() {
    const std::vector<const RunRow*> runs = selected();
    if (runs.size() != 1) return;
    const int64_t run = runs.front()->id;
    const std::string before = runs.front()->notes;
    bool sure = false;
    const QString notes =
        QInputDialog::getMultiLineText(this, tr("Notes"), tr("Notes of “%1”:").arg(QString::fromStdString(runs.front()->name)),
                                       QString::fromStdString(before), &sure);
    if (sure && notes.toStdString() != before) edits_.setNotes(run, before, notes.toStdString());
}

void LibraryPage::moveSelected() {
    RunEdits::FoldersOfRuns before;
    for (const RunRow* run : selected())
        before.emplace_back(run->id, run->folder);
    if (before.empty()) return;
    QStringList folders = {QString()};
    for (const std::string& folder : folders_)
        folders += QString::fromStdString(folder);
    bool sure = false;
    const QString folder = QInputDialog::getItem(
        this, tr("Folder"), tr("Folder of %n run(s), such as paper/ablation; empty: none", "", static_cast<int>(before.size())),
        folders, std::max<int>(0, static_cast<int>(folders.indexOf(QString::fromStdString(before.front().second)))), true, &sure);
    if (sure) edits_.move(before, folder.trimmed().toStdString());
}

void LibraryPage::purgeSelected() {
    std::vector<int64_t> runs;
    for (const RunRow* run : selected())
        runs.push_back(run->id);
    if (runs.empty()) return;
    session_.reader.ask(
        this,
        [runs](const Store& store) -> std::pair<Store::Purge, std::string> {
            try {
                return {store.planPurge(runs), {}};
            } catch (const Error& error) {
                return {{}, std::string(error.what()) + ". " + error.hint()};
            }
        },
        [this](const std::pair<Store::Purge, std::string>& asked) {
            if (!asked.second.empty())
                return void(Q_EMIT message(QStringLiteral("warning"), QString::fromStdString(asked.second)));
            const Store::Purge& plan = asked.first;
            QMessageBox box(QMessageBox::Warning, tr("Remove for ever"),
                            tr("Remove %n run(s) for ever, with %1 of checkpoints? This cannot be undone.", "",
                               static_cast<int>(plan.runs.size()))
                                .arg(locale().formattedDataSize(plan.bytes)),
                            QMessageBox::Cancel, this);
            box.setObjectName(QStringLiteral("purgeBox"));
            QStringList files;
            for (const std::string& path : plan.paths)
                files += QString::fromStdString(path);
            box.setDetailedText(files.join('\n'));
            QAbstractButton* sure = box.addButton(tr("Remove for ever"), QMessageBox::DestructiveRole);
            box.setDefaultButton(QMessageBox::Cancel);
            box.exec();
            if (box.clickedButton() != sure) return;
            session_.workbench.purge(plan.runs);
            edits_.clear();  // its steps may name runs that are gone
        });
}

}  // namespace gaplab::ui
