#include "ui/monitor/run_picker.h"

#include <QSignalBlocker>

#include "ui/models/format.h"
#include "ui/models/run_facts.h"

namespace gaplab::ui {
namespace {

constexpr size_t mostRuns = 200;  // older ones are opened from the Library

QListWidgetItem* itemOf(const QListWidget& list, qint64 run) {
    for (int row = 0; row < list.count(); ++row)
        if (list.item(row)->data(Qt::UserRole).toLongLong() == run) return list.item(row);
    return nullptr;
}

QSet<qint64> tickedIn(const QListWidget& list) {
    QSet<qint64> runs;
    for (int row = 0; row < list.count(); ++row)
        if (list.item(row)->checkState() == Qt::Checked) runs += list.item(row)->data(Qt::UserRole).toLongLong();
    return runs;
}

}  // namespace

RunPicker::RunPicker(QWidget* parent) : QListWidget(parent) {
    setObjectName(QStringLiteral("runPicker"));
    setAccessibleName(tr("Live and recent runs"));
    setWordWrap(true);
    setResizeMode(QListView::Adjust);
    setTextElideMode(Qt::ElideRight);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSpacing(2);
    connect(this, &QListWidget::currentItemChanged, this, [this](QListWidgetItem* item) {
        if (item) Q_EMIT picked(item->data(Qt::UserRole).toLongLong());
    });
    connect(this, &QListWidget::itemChanged, this, [this] { Q_EMIT ticked(tickedIn(*this)); });
}

void RunPicker::setRuns(const std::vector<RunRow>& rows) {
    // A stage is named after the role it plays in the run that waits for it.
    std::map<int64_t, QString> stages;
    for (const RunRow& row : rows) {
        const QString name = QString::fromStdString(row.name);
        for (const auto& [role, source] : row.from)
            if (role == "student")
                stages[source] = tr("stage: the student of %1 starts from it").arg(name);
            else if (role != "baseline")
                stages[source] = tr("stage: teacher %1 of %2").arg(QString::fromStdString(role), name);
    }
    const size_t first = rows.size() > mostRuns ? rows.size() - mostRuns : 0;
    std::map<qint64, Entry, std::greater<>> entries;
    for (size_t i = first; i < rows.size(); ++i) {
        const RunRow& row = rows[i];
        const auto stage = stages.find(row.id);
        entries[row.id] = {QString::fromStdString(row.name),
                           row.kind == "stage" && stage != stages.end() ? stage->second : QString(), row.seed, row.state};
    }
    entries_ = std::move(entries);
    const QSet<qint64> beside = tickedIn(*this);
    fill(beside);
    if (const QSet<qint64> still = tickedIn(*this); still != beside) Q_EMIT ticked(still);
}

void RunPicker::fill(const QSet<qint64>& beside) {
    const QSignalBlocker quiet(this);
    const qint64 chosen = currentItem() ? currentItem()->data(Qt::UserRole).toLongLong() : 0;
    int place = 0;
    for (const auto& [run, entry] : entries_) {
        QListWidgetItem* item = this->item(place);
        if (!item) addItem(item = new QListWidgetItem);
        item->setData(Qt::UserRole, run);
        item->setCheckState(beside.contains(run) ? Qt::Checked : Qt::Unchecked);
        show(item, entry);
        ++place;
    }
    while (count() > place)
        delete takeItem(place);
    select(chosen);
}

void RunPicker::show(QListWidgetItem* item, const Entry& entry) {
    QStringList lines = {entry.title};
    if (!entry.stage.isEmpty()) lines += entry.stage;
    lines += tr("seed %1 · %2").arg(QString::number(entry.seed), stateText(entry.state));
    const QString text = lines.join('\n');
    if (item->text() == text) return;
    item->setText(text);
    item->setToolTip(tr("%1\nTick it to draw it beside the run that is shown").arg(text));
    item->setIcon(stateIcon(entry.state));
}

void RunPicker::setState(qint64 run, RunState state) {
    const auto found = entries_.find(run);
    if (found == entries_.end() || found->second.state == state) return;
    found->second.state = state;
    const QSignalBlocker quiet(this);
    if (QListWidgetItem* item = itemOf(*this, run)) show(item, found->second);
}

std::optional<RunState> RunPicker::state(qint64 run) const {
    const auto found = entries_.find(run);
    return found == entries_.end() ? std::nullopt : std::optional(found->second.state);
}

void RunPicker::select(qint64 run) {
    const QSignalBlocker quiet(this);
    setCurrentItem(itemOf(*this, run));
}

qint64 RunPicker::suggestion() const {
    for (const RunState wanted : {RunState::Running, RunState::Paused, RunState::Preparing})
        for (const auto& [run, entry] : entries_)
            if (entry.state == wanted) return run;
    return entries_.empty() ? 0 : entries_.begin()->first;
}

QString RunPicker::stageText(qint64 run) const {
    const auto found = entries_.find(run);
    return found == entries_.end() ? QString() : found->second.stage;
}

}  // namespace gaplab::ui
