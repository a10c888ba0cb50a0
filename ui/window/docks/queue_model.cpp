#include "ui/window/docks/queue_model.h"

#include <algorithm>

#include <QMimeData>

#include "ui/models/format.h"

namespace gaplab::ui {
namespace {
const QString mimeType = QStringLiteral("application/x-gaplab-queued-run");
}

void QueueModel::setEntries(std::vector<QueueEntry> entries) {
    if (entries == entries_) return;
    beginResetModel();
    entries_ = std::move(entries);
    endResetModel();
}

const QueueEntry* QueueModel::entry(int row) const {
    return row >= 0 && row < rowCount() ? &entries_[static_cast<size_t>(row)] : nullptr;
}

int QueueModel::rowOf(int64_t run) const {
    const auto place = std::ranges::find(entries_, run, &QueueEntry::run);
    return place == entries_.end() ? -1 : static_cast<int>(place - entries_.begin());
}

std::vector<int64_t> QueueModel::waiting() const {
    std::vector<int64_t> runs;
    for (const QueueEntry& entry : entries_)
        if (entry.place == QueueEntry::Place::Here) runs.push_back(entry.run);
    return runs;
}

int QueueModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(entries_.size());
}

int QueueModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant QueueModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const QueueEntry& shown = entries_[static_cast<size_t>(index.row())];
    if (role == Qt::DecorationRole && index.column() == State) return stateIcon(shown.state);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};
    switch (index.column()) {
        case Position: {
            if (shown.place != QueueEntry::Place::Here) return {};
            const std::vector<int64_t> runs = waiting();
            return static_cast<int>(std::ranges::find(runs, shown.run) - runs.begin()) + 1;
        }
        case Run: return shown.name;
        case State:
            return shown.place == QueueEntry::Place::Elsewhere ? tr("%1 in another process").arg(stateText(shown.state))
                                                               : stateText(shown.state);
        default: return {};
    }
}

QVariant QueueModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case Position: return tr("Place");
        case Run: return tr("Run");
        case State: return tr("State");
        default: return {};
    }
}

Qt::ItemFlags QueueModel::flags(const QModelIndex& index) const {
    const Qt::ItemFlags usual = QAbstractTableModel::flags(index);
    const QueueEntry* shown = index.isValid() ? entry(index.row()) : nullptr;
    if (!shown) return usual | Qt::ItemIsDropEnabled;  // between rows
    return shown->place == QueueEntry::Place::Here ? usual | Qt::ItemIsDragEnabled : usual;
}

QStringList QueueModel::mimeTypes() const {
    return {mimeType};
}

QMimeData* QueueModel::mimeData(const QModelIndexList& indexes) const {
    if (indexes.isEmpty()) return nullptr;
    auto* data = new QMimeData;
    data->setData(mimeType, QByteArray::number(static_cast<qlonglong>(entries_[static_cast<size_t>(indexes.front().row())].run)));
    return data;
}

bool QueueModel::dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int, const QModelIndex& parent) {
    if (action != Qt::MoveAction || !data->hasFormat(mimeType)) return false;
    const int place = row >= 0 ? row : parent.isValid() ? parent.row() : rowCount();
    Q_EMIT dragged(data->data(mimeType).toLongLong(), place);
    return false;  // the rows come again with the new order; the view must not remove one
}

}  // namespace gaplab::ui
