#include "ui/library/library_page.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QToolBar>
#include <QVBoxLayout>

#include "ui/library/query_edit.h"
#include "ui/models/empty_state.h"
#include "ui/window/icons.h"

namespace gaplab::ui {
namespace {

constexpr int widestColumn = 44;  // in average characters

}  // namespace

LibraryPage::LibraryPage(Session& session, QWidget* parent)
    : Page(parent),
      session_(session),
      edits_(session.workbench),
      model_(new RunTableModel(this)),
      filter_(new RunFilter(this)),
      stack_(new QStackedWidget),
      view_(new QTableView),
      words_(new QueryEdit([this](const QString& field) { return valuesOf(field); })),
      problem_(new QLabel),
      tools_(new QToolBar),
      count_(new QLabel) {
    setObjectName(key());
    buildTable();
    buildActions();
    auto* empty = new EmptyState(QStringLiteral("library"), tr("The store holds no runs yet: every run you start is kept here."),
                                 tr("Set up an experiment"));
    connect(empty->button(), &QPushButton::clicked, this, [this] { Q_EMIT openSetup(Json()); });
    stack_->addWidget(empty);
    stack_->addWidget(buildContent());
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(stack_);
    connect(&session_.reader, &StoreReader::changed, this, [this] {
        if (isVisible()) refresh();
    });
    connect(&session_.reader, &StoreReader::failed, this, [this] { pending_ = false; });
    connect(&edits_.stack(), &QUndoStack::indexChanged, this, &Page::undoChanged);
    updateActions();
    refresh();
}

void LibraryPage::buildTable() {
    filter_->setSourceModel(model_);
    view_->setObjectName(QStringLiteral("runs"));
    view_->setAccessibleName(tr("Runs"));
    view_->setModel(filter_);
    view_->setSelectionBehavior(QAbstractItemView::SelectRows);
    view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    view_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view_->setAlternatingRowColors(true);
    view_->setShowGrid(false);
    view_->setWordWrap(false);
    view_->setTabKeyNavigation(false);  // Tab leaves the table; arrows move in it
    view_->verticalHeader()->hide();
    view_->verticalHeader()->setDefaultSectionSize(2 * fontMetrics().height());
    view_->horizontalHeader()->setSectionsMovable(true);
    view_->horizontalHeader()->setHighlightSections(false);
    view_->setSortingEnabled(true);
    view_->sortByColumn(RunTableModel::Created, Qt::DescendingOrder);
    connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &LibraryPage::updateActions);
    connect(model_, &QAbstractItemModel::dataChanged, this, &LibraryPage::updateActions);
    connect(view_, &QTableView::doubleClicked, this, &LibraryPage::openSelected);
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
    count_->setObjectName(QStringLiteral("count"));
    auto* content = new QWidget;
    auto* row = new QHBoxLayout;
    row->addWidget(words_, 1);
    row->addWidget(count_);
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

void LibraryPage::buildActions() {
    open_ = addCommand(QStringLiteral("openMonitor"), QStringLiteral("monitor"), tr("Open in Monitor"), Qt::Key_Return,
                       &LibraryPage::openSelected);
    compare_ =
        addCommand(QStringLiteral("compareRuns"), QStringLiteral("compare"), tr("Compare"), {}, &LibraryPage::compareSelected);
    clone_ = addCommand(QStringLiteral("cloneRun"), QStringLiteral("clone"), tr("Clone"), {}, &LibraryPage::cloneSelected);
    resume_ = addCommand(QStringLiteral("resumeRun"), QStringLiteral("start"), tr("Resume"), {}, &LibraryPage::resumeSelected);
    rename_ =
        addCommand(QStringLiteral("renameRun"), QStringLiteral("setup"), tr("Rename"), Qt::Key_F2, &LibraryPage::renameSelected);
    tag_ = addCommand(QStringLiteral("tagRuns"), QStringLiteral("tag"), tr("Tags…"), {}, &LibraryPage::tagSelected);
    note_ = addCommand(QStringLiteral("noteRun"), QStringLiteral("note"), tr("Notes…"), {}, &LibraryPage::noteSelected);
    move_ = addCommand(QStringLiteral("moveRuns"), QStringLiteral("folder"), tr("Folder…"), {}, &LibraryPage::moveSelected);
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
        this, [known = stamps_](const Store& store) { return LibraryReading::read(store, known); },
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
    folders_ = std::move(reading.folders);
    const bool first = model_->rowCount() == 0 && !reading.changed.empty();
    for (const auto& [run, stamp] : reading.stamps)
        stamps_[run] = stamp;
    std::erase_if(stamps_, [&](const auto& held) { return !std::ranges::binary_search(reading.all, held.first); });
    model_->update(std::move(reading.changed), reading.all);
    stack_->setCurrentIndex(model_->rowCount() == 0 ? 0 : 1);
    if (first) {
        view_->resizeColumnsToContents();
        const int widest = widestColumn * fontMetrics().averageCharWidth();
        for (int column = 0; column < RunTableModel::ColumnCount; ++column)
            if (view_->columnWidth(column) > widest) view_->setColumnWidth(column, widest);
    }
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
    const int shown = filter_->rowCount();
    count_->setText(trash_->isChecked() ? tr("%n run(s) in the trash", "", shown) : tr("%n run(s)", "", shown));
}

}  // namespace gaplab::ui
