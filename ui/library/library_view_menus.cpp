// The menus and dialogs of LibraryViews.

#include <QActionGroup>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QInputDialog>
#include <QLabel>
#include <QVBoxLayout>

#include "core/store/run_fields.h"
#include "ui/library/columns_dialog.h"
#include "ui/library/library_views.h"

namespace gaplab::ui {
namespace {
constexpr int sampledRuns = 300;  // that are looked through for names of fields
}

QStringList LibraryViews::knownFields() const {
    QStringList names;
    for (const auto& [field, help] : queryFields())
        names += QString::fromStdString(field);
    std::vector<const RunRow*> runs;
    for (int row = on_.model.rowCount() - 1; row >= 0 && std::ssize(runs) < sampledRuns; --row)
        runs.push_back(&on_.model.runAt(row));
    for (const std::string& field : fieldsOfRuns(runs))
        names += QString::fromStdString(field);
    return names;
}

void LibraryViews::buildGroups(QWidget* page) {
    groups_->setObjectName(QStringLiteral("groupsMenu"));
    addGrouping(tr("No groups"), {})->setChecked(true);
    addGrouping(tr("By trial"), "trial");
    addGrouping(tr("By student"), "student");
    addGrouping(tr("By teacher"), "teacher");
    addGrouping(tr("By method"), "loss");
    addGrouping(tr("By folder"), "folder");
    addGrouping(tr("By tags"), "tag");
    addGrouping(tr("By state"), "state");
    const auto add = [this, page](const QString& name, const QString& text, auto call) {
        QAction* action = groups_->addAction(text);
        action->setParent(page);
        action->setObjectName(name);
        connect(action, &QAction::triggered, this, call);
    };
    add(QStringLiteral("groupByField"), tr("By another field…"), [this] { groupByTyped(); });
    groups_->addSeparator();
    add(QStringLiteral("openGroups"), tr("Open all groups"), [this] { on_.filter.setAllOpen(true); });
    add(QStringLiteral("closeGroups"), tr("Close all groups"), [this] { on_.filter.setAllOpen(false); });
}

QAction* LibraryViews::addGrouping(const QString& text, const std::string& field) {
    QAction* action = groups_->addAction(text);
    action->setParent(page_);
    action->setObjectName(QStringLiteral("group.") + QString::fromStdString(field));
    action->setCheckable(true);
    action->setData(QString::fromStdString(field));
    action->setStatusTip(tr("Runs of the Library under headings, with mean and spread"));
    groupChoices_->addAction(action);
    connect(action, &QAction::triggered, this, [this, field] { groupBy(field); });
    return action;
}

void LibraryViews::groupBy(const std::string& field) {
    if (field == on_.filter.grouping()) return;
    RunLayout after = current();
    after.grouping = field;
    change(field.empty() ? tr("No groups") : tr("Group by %1").arg(QString::fromStdString(field)), after);
}

void LibraryViews::groupByTyped() {
    QDialog dialog(page_);
    dialog.setObjectName(QStringLiteral("groupDialog"));
    dialog.setWindowTitle(tr("Group by a field"));
    QLineEdit* field = makeFieldEdit(knownFields());
    field->setObjectName(QStringLiteral("groupField"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    auto* problem = new QLabel;
    problem->setWordWrap(true);
    problem->hide();
    auto* column = new QVBoxLayout(&dialog);
    column->addWidget(field);
    column->addWidget(problem);
    column->addWidget(buttons);
    dialog.resize(70 * dialog.fontMetrics().averageCharWidth(), 0);
    connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, &dialog, [&] {
        if (runField(field->text().trimmed().toStdString())) return dialog.accept();
        problem->setText(tr("There is no field of this name: take one of the filter, of the document, or of a series."));
        problem->show();
    });
    if (dialog.exec() == QDialog::Accepted) groupBy(field->text().trimmed().toStdString());
}

void LibraryViews::chooseColumns() {
    const RunLayout before = current();
    std::vector<std::string> shown;
    for (const RunLayout::Column& column : before.columns)
        shown.push_back(column.field);
    ColumnsDialog dialog(shown, knownFields(), page_);
    if (dialog.exec() != QDialog::Accepted) return;
    RunLayout after = before;
    after.columns.clear();
    for (const std::string& field : dialog.chosen()) {
        const auto old = std::ranges::find(before.columns, field, &RunLayout::Column::field);
        after.columns.push_back(old == before.columns.end() ? RunLayout::Column{field, 0} : *old);
    }
    if (after.columns != before.columns) change(tr("Change the columns"), after);
}

void LibraryViews::hideColumn(int column) {
    RunLayout after = current();
    std::erase_if(after.columns, [&](const auto& one) { return one.field == on_.model.columnAt(column).field; });
    change(tr("Hide column %1").arg(on_.model.columnAt(column).title()), after);
}

void LibraryViews::showHeaderMenu(const QPoint& place) {
    const QHeaderView* header = on_.view.horizontalHeader();
    const int column = header->logicalIndexAt(place);
    QMenu menu(page_);
    if (column >= 0) {
        const std::string field = on_.model.columnAt(column).field;
        QAction* hide = menu.addAction(tr("Hide this column"), this, [this, column] { hideColumn(column); });
        hide->setEnabled(column >= RunsView::frozenColumns);
        QAction* group = menu.addAction(tr("Group by this column"), this, [this, field] { groupBy(field); });
        group->setEnabled(runField(field).has_value());
        menu.addSeparator();
    }
    menu.addAction(columns_);
    menu.addMenu(groups_);
    menu.addMenu(views_);
    menu.exec(header->viewport()->mapToGlobal(place));
}

void LibraryViews::rebuildViews() {
    for (QAction* action : views_->actions())
        action->deleteLater();
    views_->clear();
    views_->setObjectName(QStringLiteral("viewsMenu"));
    const auto add = [this](const QString& name, const QString& text, auto call) {
        QAction* action = views_->addAction(text);
        action->setParent(page_);
        action->setObjectName(name);
        connect(action, &QAction::triggered, this, call);
        return action;
    };
    for (const auto& [name, layout] : saved_) {
        const QString shown = QString::fromStdString(name);
        add(QStringLiteral("view.") + shown, tr("View: %1").arg(QString(shown).replace('&', QStringLiteral("&&"))),
            [this, shown, stored = layout] { change(tr("Show view %1").arg(shown), layoutFromJson(stored)); })
            ->setStatusTip(tr("Filter, columns, order and groups as they were saved"));
    }
    views_->addSeparator();
    add(QStringLiteral("view.first"), tr("As at first"),
        [this] { change(tr("Look of the Library as at first"), firstLayout()); });
    add(QStringLiteral("saveView"), tr("Save view…"), [this] { saveAs(); });
    add(QStringLiteral("removeView"), tr("Remove view…"), [this] { removeOne(); })->setEnabled(!saved_.empty());
}

void LibraryViews::saveAs() {
    bool sure = false;
    QStringList names = {QString()};
    for (const auto& [name, layout] : saved_)
        names += QString::fromStdString(name);
    const QString name = QInputDialog::getItem(page_, tr("Save view"), tr("Name of the view; one that there is is replaced:"),
                                               names, 0, true, &sure)
                             .trimmed();
    if (!sure || name.isEmpty()) return;
    const auto old = saved_.find(name.toStdString());
    on_.edits.saveView(pageName, name.toStdString(), old == saved_.end() ? Json() : old->second, toJson(current()));
}

void LibraryViews::removeOne() {
    bool sure = false;
    QStringList names;
    for (const auto& [name, layout] : saved_)
        names += QString::fromStdString(name);
    const QString name = QInputDialog::getItem(page_, tr("Remove view"), tr("View to remove:"), names, 0, false, &sure);
    if (const auto found = saved_.find(name.toStdString()); sure && found != saved_.end())
        on_.edits.saveView(pageName, found->first, found->second, Json());
}

}  // namespace gaplab::ui
