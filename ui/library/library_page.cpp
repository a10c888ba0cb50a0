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

#include "ui/models/empty_state.h"
#include "ui/window/icons.h"

namespace gaplab::ui {
namespace {

constexpr int widestColumn = 44;  // in average characters

}  // namespace

LibraryPage::LibraryPage(Session& session, QWidget* parent)
    : Page(parent),
      session_(session),
      model_(new RunTableModel(this)),
      filter_(new RunFilter(this)),
      stack_(new QStackedWidget),
      view_(new QTableView),
      words_(new QLineEdit),
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
    connect(model_, &RunTableModel::renamed, this,
            [this](qint64 run, const QString& name) { session_.workbench.renameRun(run, name.toStdString()); });
}

QWidget* LibraryPage::buildContent() {
    words_->setObjectName(QStringLiteral("filter"));
    words_->setAccessibleName(tr("Filter"));
    words_->setPlaceholderText(tr("Filter: words of the name, the notes, the state, an architecture or a loss"));
    words_->setClearButtonEnabled(true);
    words_->addAction(icon(QStringLiteral("find")), QLineEdit::LeadingPosition);
    connect(words_, &QLineEdit::textChanged, this, [this](const QString& line) {
        filter_->setWords(line);
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
    delete_ = addCommand(QStringLiteral("deleteRuns"), QStringLiteral("remove"), tr("Delete"), QKeySequence::Delete,
                         &LibraryPage::deleteSelected);
    restore_ =
        addCommand(QStringLiteral("restoreRuns"), QStringLiteral("reset"), tr("Restore"), {}, &LibraryPage::restoreSelected);
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
        this, [](const Store& store) { return store.runs({}, Store::Trash::Include); },
        [this](std::vector<RunRow> runs) { takeRuns(std::move(runs)); });
}

void LibraryPage::takeRuns(std::vector<RunRow> runs) {
    pending_ = false;
    const bool first = model_->rowCount() == 0 && !runs.empty();
    model_->setRuns(std::move(runs));
    stack_->setCurrentIndex(model_->rowCount() == 0 ? 0 : 1);
    if (first) {
        view_->resizeColumnsToContents();
        const int widest = widestColumn * fontMetrics().averageCharWidth();
        for (int column = 0; column < RunTableModel::ColumnCount; ++column)
            if (view_->columnWidth(column) > widest) view_->setColumnWidth(column, widest);
    }
    updateActions();
    updateCount();
    if (stale_) refresh();
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
