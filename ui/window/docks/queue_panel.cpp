#include "ui/window/docks/queue_panel.h"

#include <algorithm>
#include <utility>

#include <QHBoxLayout>
#include <QHeaderView>
#include <QToolBar>
#include <QVBoxLayout>

#include "ui/forms/editor.h"
#include "ui/models/format.h"
#include "ui/models/run_facts.h"
#include "ui/window/icons.h"

namespace gaplab::ui {
namespace {

StoredQueue readQueue(const Store& store, int64_t running) {
    StoredQueue queue{store.queue(), {}};
    std::vector<int64_t> ids = queue.order;
    if (running != 0) ids.push_back(running);
    queue.rows = store.runs(ids);
    return queue;
}

QueueEntry entryOf(const RunRow& row, QueueEntry::Place place) {
    QueueEntry entry{.run = row.id, .name = runTitle(row), .place = place, .state = row.state};
    for (const auto& [role, from] : row.from)
        entry.needs.push_back(from);
    return entry;
}

}  // namespace

QueuePanel::QueuePanel(Session& session, RunEdits& edits, QWidget* parent)
    : QWidget(parent), session_(session), edits_(edits), model_(new QueueModel(this)), view_(new QTableView(this)) {
    view_->setModel(model_);
    view_->setSelectionBehavior(QAbstractItemView::SelectRows);
    view_->setSelectionMode(QAbstractItemView::SingleSelection);
    view_->setTabKeyNavigation(false);
    view_->setShowGrid(false);
    view_->setDragDropMode(QAbstractItemView::InternalMove);
    view_->setDragDropOverwriteMode(false);
    view_->setDropIndicatorShown(true);
    view_->verticalHeader()->hide();
    view_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() * 3 / 2);
    view_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    view_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    view_->horizontalHeader()->setSectionResizeMode(QueueModel::Run, QHeaderView::Stretch);
    nameWidget(view_, "queue", tr("Queue"), tr("What runs and what waits for its turn; Alt+Up and Alt+Down move a waiting run"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(makeBar());
    layout->addWidget(makeLeftBar());
    layout->addWidget(view_, 1);
    connect(model_, &QueueModel::dragged, this, [this](qint64 run, int row) {
        const QueueEntry* before = model_->entry(row);
        const std::vector<int64_t> waiting = model_->waiting();
        const auto place = before ? std::ranges::find(waiting, before->run) : waiting.end();
        // Above the first waiting run there is what runs already.
        const bool onTop = before && place == waiting.end() && before->place == QueueEntry::Place::Running;
        moveTo(run, onTop ? 0 : static_cast<size_t>(place - waiting.begin()));
    });
    connect(view_, &QTableView::doubleClicked, this, &QueuePanel::showChosen);
    connect(view_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &QueuePanel::updateActions);
    connect(&session.pump, &FeedPump::submitted, this, &QueuePanel::refresh);
    connect(&session.pump, &FeedPump::progress, this, [this](const RunProgress& progress) {
        const QueueEntry* known = model_->entry(model_->rowOf(progress.run));
        if (known && known->state != progress.state) refresh();
    });
    connect(&session.reader, &StoreReader::changed, this, &QueuePanel::refresh);
    updateActions();
}

QAction* QueuePanel::addCommand(const QString& name, const QString& iconName, const QString& text, const QKeySequence& keys,
                                void (QueuePanel::*call)()) {
    auto* action = new QAction(icon(iconName), text, this);
    action->setObjectName(name);
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setToolTip(keys.isEmpty() ? text : QStringLiteral("%1 (%2)").arg(text, keys.toString(QKeySequence::NativeText)));
    connect(action, &QAction::triggered, this, call);
    addAction(action);
    return action;
}

QWidget* QueuePanel::makeBar() {
    auto* bar = new QToolBar(this);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    up_ = addCommand("queue.up", "up", tr("Move up"), Qt::ALT | Qt::Key_Up, &QueuePanel::moveUp);
    down_ = addCommand("queue.down", "down", tr("Move down"), Qt::ALT | Qt::Key_Down, &QueuePanel::moveDown);
    remove_ = addCommand("queue.remove", "remove", tr("Take out"), QKeySequence::Delete, &QueuePanel::removeChosen);
    show_ = addCommand("queue.show", "monitor", tr("Show in Monitor"), {}, &QueuePanel::showChosen);
    bar->addActions({up_, down_, remove_, show_});
    return bar;
}

QWidget* QueuePanel::makeLeftBar() {
    leftBar_ = new QWidget(this);
    leftText_ = new QLabel(leftBar_);
    leftText_->setObjectName("queue.left");
    leftText_->setWordWrap(true);
    auto* again = new QPushButton(tr("Queue again"), leftBar_);
    auto* forget = new QPushButton(tr("Leave them"), leftBar_);
    nameWidget(again, "queue.again", tr("Queue the runs again that waited"));
    nameWidget(forget, "queue.forget", tr("Leave the runs that waited as they are"), tr("They stay in the Library, as stopped"));
    connect(again, &QPushButton::clicked, this, [this] {
        for (const int64_t run : left_)
            session_.workbench.resume(run, left_);
    });
    connect(forget, &QPushButton::clicked, this, [this] { session_.workbench.leaveQueue(left_); });
    auto* layout = new QHBoxLayout(leftBar_);
    layout->addWidget(leftText_, 1);
    layout->addWidget(again);
    layout->addWidget(forget);
    leftBar_->hide();
    return leftBar_;
}

void QueuePanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    refresh();
}

void QueuePanel::refresh() {
    if (!isVisible()) return;
    if (pending_) {
        stale_ = true;
        return;
    }
    pending_ = true;
    const int64_t running = session_.workbench.running();
    session_.reader.ask(
        this, [running](const Store& store) { return readQueue(store, running); },
        [this](const StoredQueue& stored) {
            pending_ = false;
            take(stored);
            if (std::exchange(stale_, false)) refresh();
        });
}

void QueuePanel::take(const StoredQueue& stored) {
    const std::vector<RunRow>& rows = stored.rows;
    const auto rowOf = [&](int64_t run) { return std::ranges::find(rows, run, &RunRow::id); };
    std::vector<QueueEntry> entries;
    if (const auto row = rowOf(session_.workbench.running()); row != rows.end())
        entries.push_back(entryOf(*row, QueueEntry::Place::Running));
    const std::vector<int64_t> waiting = session_.workbench.queue();
    for (const int64_t run : waiting)
        if (const auto row = rowOf(run); row != rows.end()) entries.push_back(entryOf(*row, QueueEntry::Place::Here));
    left_.clear();
    for (const int64_t run : stored.order) {
        const auto row = rowOf(run);
        if (row == rows.end() || std::ranges::find(entries, run, &QueueEntry::run) != entries.end()) continue;
        if (row->state == RunState::Queued && !row->ownProcess) entries.push_back(entryOf(*row, QueueEntry::Place::Elsewhere));
        if (row->state == RunState::Stopped || row->state == RunState::Lost) left_.push_back(run);
    }
    leftText_->setText(tr("%n run(s) waited here when the program ended.", "", static_cast<int>(left_.size())));
    leftBar_->setVisible(!left_.empty());
    model_->setEntries(std::move(entries));
    if (const int row = model_->rowOf(chosen_); row >= 0 && row != view_->currentIndex().row())
        view_->setCurrentIndex(model_->index(row, QueueModel::Run));
    updateActions();
}

const QueueEntry* QueuePanel::chosen() const {
    return model_->entry(view_->currentIndex().row());
}

void QueuePanel::updateActions() {
    const QueueEntry* entry = chosen();
    if (entry) chosen_ = entry->run;
    const std::vector<int64_t> waiting = model_->waiting();
    const bool here = entry && entry->place == QueueEntry::Place::Here;
    up_->setEnabled(here && waiting.front() != entry->run);
    down_->setEnabled(here && waiting.back() != entry->run);
    remove_->setEnabled(here);
    show_->setEnabled(entry != nullptr);
}

void QueuePanel::moveBy(int places) {
    const QueueEntry* entry = chosen();
    const std::vector<int64_t> waiting = model_->waiting();
    const auto place = entry ? std::ranges::find(waiting, entry->run) : waiting.end();
    if (place == waiting.end()) return;
    const auto wanted = place - waiting.begin() + (places > 0 ? places + 1 : places);  // before which other one
    if (wanted >= 0 && wanted <= std::ssize(waiting)) moveTo(*place, static_cast<size_t>(wanted));
}

/// Before the run that is at that place now.
void QueuePanel::moveTo(int64_t run, size_t place) {
    const std::vector<int64_t> before = model_->waiting();
    std::vector<int64_t> after;
    for (size_t i = 0; i <= before.size(); ++i) {
        if (i == place) after.push_back(run);
        if (i < before.size() && before[i] != run) after.push_back(before[i]);
    }
    chosen_ = run;
    if (after != before) edits_.reorderQueue(before, after);
    refresh();
}

void QueuePanel::removeChosen() {
    const QueueEntry* entry = chosen();
    if (!entry || entry->place != QueueEntry::Place::Here) return;
    // What starts from its weights could not be trained without it.
    std::vector<int64_t> runs = {entry->run};
    for (const QueueEntry& other : model_->entries())
        if (other.place == QueueEntry::Place::Here &&
            std::ranges::any_of(other.needs, [&](int64_t need) { return std::ranges::find(runs, need) != runs.end(); }))
            runs.push_back(other.run);
    edits_.dequeue(runs, model_->waiting());
    refresh();
}

void QueuePanel::showChosen() {
    if (const QueueEntry* entry = chosen()) Q_EMIT showRun(entry->run);
}

}  // namespace gaplab::ui
