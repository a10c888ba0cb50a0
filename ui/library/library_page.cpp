#include "ui/library/library_page.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/library/query_edit.h"
#include "ui/models/empty_state.h"
#include "ui/window/icons.h"

namespace gaplab::ui {
namespace {

RunFilter* sortedAndFiltered(RunTableModel* model) {
    auto* filter = new RunFilter(model->parent());
    filter->setSourceModel(model);
    return filter;
}

/// A menu as a button beside the filter line.
QToolButton* menuButton(const QString& name, const QString& iconName, QMenu* menu) {
    auto* button = new QToolButton;
    button->setObjectName(name);
    button->setIcon(icon(iconName));
    button->setText(menu->title());
    button->setAccessibleName(menu->title());
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setMenu(menu);
    return button;
}

}  // namespace

LibraryPage::LibraryPage(Session& session, QWidget* parent)
    : Page(parent),
      session_(session),
      edits_(session.workbench, session.pump),
      model_(new RunTableModel(this)),
      filter_(sortedAndFiltered(model_)),
      stack_(new QStackedWidget),
      view_(new RunsView(filter_)),
      words_(new QueryEdit([this](const QString& field) { return valuesOf(field); })),
      problem_(new QLabel),
      tools_(new QToolBar),
      count_(new QLabel),
      more_(new QMenu(tr("More"), this)),
      sparks_(new SparkLines(session.reader, this)),
      views_(new LibraryViews({session, *view_, *model_, *filter_, *words_, edits_}, this)) {
    setObjectName(key());
    buildTable();
    buildActions();
    auto* empty = new EmptyState(QStringLiteral("library"), tr("The store holds no runs yet: every run you start is kept here."),
                                 tr("Set up an experiment"));
    connect(empty->button(), &QPushButton::clicked, this, [this] { Q_EMIT openSetup(Json()); });
    connect(empty->addSecondary(tr("Import runs…")), &QPushButton::clicked, this, &Page::importRequested);
    stack_->addWidget(empty);
    stack_->addWidget(buildContent());
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(stack_);
    connect(&session_.reader, &StoreReader::changed, this, [this] {
        if (!isVisible()) return;
        refresh();
        views_->readNames();
    });
    connect(&session_.reader, &StoreReader::failed, this, [this] { pending_ = false; });
    connect(&edits_, &RunEdits::changed, this, &Page::undoChanged);
    updateActions();
    views_->restore();
    refresh();
}

void LibraryPage::buildTable() {
    view_->setObjectName(QStringLiteral("runs"));
    view_->setAccessibleName(tr("Runs"));
    view_->setDelegate(RunTableModel::Spark, new SparkDelegate(*sparks_, view_));
    connect(sparks_, &SparkLines::read, view_->viewport(), qOverload<>(&QWidget::update));
    connect(filter_, &QAbstractItemModel::layoutChanged, this, &LibraryPage::updateActions);
    connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &LibraryPage::updateActions);
    connect(model_, &QAbstractItemModel::dataChanged, this, &LibraryPage::updateActions);
    connect(view_, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
        if (!filter_->isHeading(index)) openSelected();
    });
    connect(model_, &RunTableModel::renamed, this, [this](qint64 run, const QString& name) {
        if (const int row = model_->rowOf(run); row >= 0) edits_.rename(run, model_->runAt(row).name, name.toStdString());
    });
}

QWidget* LibraryPage::buildContent() {
    words_->setObjectName(QStringLiteral("filter"));
    words_->setAccessibleName(tr("Filter"));
    words_->setPlaceholderText(tr("Filter: words, or student:resnet8* acc>70% -state:failed tag:paper seed:0..4"));
    words_->setClearButtonEnabled(true);
    words_->addAction(icon(QStringLiteral("find")), QLineEdit::LeadingPosition);
    connect(words_, &QLineEdit::textChanged, this, [this](const QString& line) {
        const QString problem = filter_->setLine(line);
        problem_->setText(problem);
        problem_->setVisible(!problem.isEmpty());
        updateCount();
    });
    connect(words_, &QueryEdit::left, this, [this] {
        view_->setFocus(Qt::OtherFocusReason);
        if (filter_->rowCount() > 0 && !view_->selectionModel()->hasSelection()) view_->selectRow(0);
    });
    setFocusProxy(view_);
    count_->setObjectName(QStringLiteral("count"));
    auto* content = new QWidget;
    auto* row = new QHBoxLayout;
    row->addWidget(words_, 1);
    row->addWidget(count_);
    auto* columns = new QToolButton;
    columns->setDefaultAction(views_->columns());
    columns->setObjectName(QStringLiteral("columnsButton"));
    columns->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    columns->setFocusPolicy(Qt::StrongFocus);
    row->addWidget(columns);
    row->addWidget(menuButton(QStringLiteral("groupsButton"), QStringLiteral("groups"), views_->groups()));
    row->addWidget(menuButton(QStringLiteral("viewsButton"), QStringLiteral("view"), views_->views()));
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins({});
    column->addLayout(row);
    problem_->setObjectName(QStringLiteral("filterProblem"));
    problem_->setWordWrap(true);
    problem_->hide();
    column->addWidget(problem_);
    column->addWidget(tools_);
    column->addWidget(view_, 1);
    return content;
}

QAction* LibraryPage::addCommand(const QString& name, const QString& iconName, const QString& text, const QKeySequence& shortcut,
                                 void (LibraryPage::*call)()) {
    auto* action = new QAction(icon(iconName), text, this);
    action->setObjectName(name);
    action->setShortcut(shortcut);
    // Only in the table: Del and Return mean something else in the filter line.
    action->setShortcutContext(Qt::WidgetShortcut);
    connect(action, &QAction::triggered, this, call);
    view_->addAction(action);
    tools_->addAction(action);
    return action;
}

QAction* LibraryPage::addHidden(const QString& name, const QString& iconName, const QString& text, const QString& help,
                                void (LibraryPage::*call)()) {
    auto* action = new QAction(icon(iconName), text, this);
    action->setObjectName(name);
    action->setStatusTip(help);
    connect(action, &QAction::triggered, this, call);
    more_->addAction(action);
    return action;
}

void LibraryPage::buildActions() {
    open_ = addCommand(QStringLiteral("openMonitor"), QStringLiteral("monitor"), tr("Open in Monitor"), Qt::Key_Return,
                       &LibraryPage::openSelected);
    compare_ =
        addCommand(QStringLiteral("compareRuns"), QStringLiteral("compare"), tr("Compare"), {}, &LibraryPage::compareSelected);
    compare_->setStatusTip(tr("Compare the selected runs"));
    saveSet_ =
        addHidden(QStringLiteral("saveCompareSet"), QStringLiteral("compare"), tr("Save as compare set…"),
                  tr("Give the selected runs a name under which they can be compared again"), &LibraryPage::saveCompareSet);
    addHidden(QStringLiteral("openCompareSet"), QStringLiteral("compare"), tr("Open compare set…"),
              tr("Compare runs that were given a name"), &LibraryPage::openCompareSet);
    addHidden(QStringLiteral("storeHealth"), QStringLiteral("store"), tr("Store health…"),
              tr("Sizes, check, compaction and backup of the store"), &LibraryPage::showHealth);
    clone_ = addCommand(QStringLiteral("cloneRun"), QStringLiteral("clone"), tr("Clone"), {}, &LibraryPage::cloneSelected);
    resume_ = addCommand(QStringLiteral("resumeRun"), QStringLiteral("start"), tr("Resume"), {}, &LibraryPage::resumeSelected);
    rename_ =
        addCommand(QStringLiteral("renameRun"), QStringLiteral("setup"), tr("Rename"), Qt::Key_F2, &LibraryPage::renameSelected);
    tag_ = addCommand(QStringLiteral("tagRuns"), QStringLiteral("tag"), tr("Tags…"), {}, &LibraryPage::tagSelected);
    note_ = addCommand(QStringLiteral("noteRun"), QStringLiteral("note"), tr("Notes…"), {}, &LibraryPage::noteSelected);
    move_ = addCommand(QStringLiteral("moveRuns"), QStringLiteral("folder"), tr("Folder…"), {}, &LibraryPage::moveSelected);
    export_ = addCommand(QStringLiteral("exportRuns"), QStringLiteral("save"), tr("Export…"), {}, &LibraryPage::exportSelected);
    delete_ = addCommand(QStringLiteral("deleteRuns"), QStringLiteral("remove"), tr("Delete"), QKeySequence::Delete,
                         &LibraryPage::deleteSelected);
    restore_ =
        addCommand(QStringLiteral("restoreRuns"), QStringLiteral("reset"), tr("Restore"), {}, &LibraryPage::restoreSelected);
    purge_ = addCommand(QStringLiteral("purgeRuns"), QStringLiteral("remove"), tr("Remove for ever…"), {},
                        &LibraryPage::purgeSelected);
    tools_->addSeparator();
    trash_ = new QAction(icon(QStringLiteral("remove")), tr("Trash"), this);
    trash_->setObjectName(QStringLiteral("trash"));
    trash_->setCheckable(true);
    trash_->setToolTip(tr("Show what was deleted"));
    connect(trash_, &QAction::toggled, this, &LibraryPage::showTrash);
    tools_->addAction(trash_);
    more_->setObjectName(QStringLiteral("moreMenu"));
    QToolButton* more = menuButton(QStringLiteral("moreButton"), QStringLiteral("more"), more_);
    tools_->addWidget(more);
    tools_->setObjectName(QStringLiteral("libraryTools"));
    tools_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    view_->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void LibraryPage::activate() {
    refresh();
}

void LibraryPage::refresh() {
    if (pending_) {
        stale_ = true;
        return;
    }
    pending_ = true;
    stale_ = false;
    session_.reader.ask(
        this, [scan = scan_](const Store& store) { return scan->next(store); },
        [this](LibraryReading reading) { takeRuns(std::move(reading)); });
}

QStringList LibraryPage::valuesOf(const QString& field) const {
    std::vector<const RunRow*> rows;  // asked at a key stroke: no copies
    for (int row = 0; row < model_->rowCount(); ++row)
        rows.push_back(&model_->runAt(row));
    QStringList values;
    for (const std::string& value : queryValues(field.toStdString(), rows))
        values += QString::fromStdString(value);
    return values;
}

void LibraryPage::takeRuns(LibraryReading reading) {
    pending_ = false;
    if (reading.folders) folders_ = std::move(*reading.folders);
    const bool first = model_->rowCount() == 0 && !reading.changed.empty();
    if (reading.all) model_->keep(*reading.all);
    model_->update(std::move(reading.changed));
    if (model_->rowCount() > 0 || !reading.more) stack_->setCurrentIndex(model_->rowCount() == 0 ? 0 : 1);
    if (first) views_->fitToRows();
    updateActions();
    updateCount();
    if (stale_ || reading.more) refresh();
}

void LibraryPage::findRun() {
    words_->setFocus();
    words_->selectAll();
}

void LibraryPage::showTrash(bool trash) {
    filter_->setTrash(trash);
    updateActions();
    updateCount();
}

void LibraryPage::updateCount() {
    const int shown = filter_->runCount();
    count_->setText(trash_->isChecked() ? tr("%n run(s) in the trash", "", shown) : tr("%n run(s)", "", shown));
}

}  // namespace gaplab::ui
