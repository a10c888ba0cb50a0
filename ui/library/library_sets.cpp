// What the Library does with sets of runs that have a name, and with the store as a whole.

#include <QInputDialog>

#include "ui/library/library_page.h"
#include "ui/library/store_dialog.h"

namespace gaplab::ui {
namespace {

QStringList namesOf(const std::vector<Store::CompareSet>& sets) {
    QStringList names;
    for (const Store::CompareSet& set : sets)
        names += QString::fromStdString(set.name);
    return names;
}

}  // namespace

void LibraryPage::saveCompareSet() {
    std::vector<std::string> runs;
    for (const RunRow* run : selected())
        runs.push_back(run->uuid);
    if (runs.empty()) return;
    session_.reader.ask(
        this, [](const Store& store) { return store.compareSets(); },
        [this, runs](const std::vector<Store::CompareSet>& sets) {
            bool sure = false;
            const QString name = QInputDialog::getItem(this, tr("Save compare set"),
                                                       tr("Name of the set of %n run(s); one that there is is replaced:", "",
                                                          static_cast<int>(runs.size())),
                                                       QStringList(QString()) + namesOf(sets), 0, true, &sure)
                                     .trimmed();
            if (!sure || name.isEmpty()) return;
            const auto old = std::ranges::find(sets, name.toStdString(), &Store::CompareSet::name);
            const Store::CompareSet before = old == sets.end() ? Store::CompareSet{.name = name.toStdString()} : *old;
            edits_.saveCompareSet(before, {.name = name.toStdString(), .runs = runs});
            Q_EMIT message(QStringLiteral("info"), tr("The compare set “%1” was saved.").arg(name));
        });
}

void LibraryPage::openCompareSet() {
    session_.reader.ask(
        this, [](const Store& store) { return store.compareSets(); },
        [this](const std::vector<Store::CompareSet>& sets) {
            if (sets.empty())
                return void(Q_EMIT message(QStringLiteral("info"),
                                           tr("There is no compare set yet: select runs and choose “Save as compare set…”.")));
            bool sure = false;
            const QString name = QInputDialog::getItem(this, tr("Open compare set"), tr("Set of runs to compare:"), namesOf(sets),
                                                       0, false, &sure);
            const auto chosen = std::ranges::find(sets, name.toStdString(), &Store::CompareSet::name);
            if (!sure || chosen == sets.end()) return;
            std::vector<int64_t> runs;
            for (int row = 0; row < model_->rowCount(); ++row)
                if (std::ranges::find(chosen->runs, model_->runAt(row).uuid) != chosen->runs.end())
                    runs.push_back(model_->runAt(row).id);
            if (runs.empty())
                return void(
                    Q_EMIT message(QStringLiteral("warning"), tr("No run of the set “%1” is in the store any more.").arg(name)));
            Q_EMIT openCompare(runs);
        });
}

void LibraryPage::showHealth() {
    (new StoreDialog(session_.workbench.storePath(), this))->open();
}

}  // namespace gaplab::ui
