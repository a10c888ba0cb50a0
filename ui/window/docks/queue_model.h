#pragma once

#include <QAbstractTableModel>

#include "core/store/records.h"

namespace gaplab::ui {

/// One line of the queue.
struct QueueEntry {
    enum class Place { Running, Here, Elsewhere };
    int64_t run = 0;
    QString name;  ///< "small · seed 0"
    Place place = Place::Here;
    RunState state = RunState::Queued;
    std::vector<int64_t> needs;  ///< runs whose weights it starts from
    bool operator==(const QueueEntry&) const = default;
};

/// What runs and what waits, in the order of training. Waiting runs of this window can be dragged.
class QueueModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Position, Run, State, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;

    void setEntries(std::vector<QueueEntry> entries);
    const std::vector<QueueEntry>& entries() const { return entries_; }
    /// Null behind the last.
    const QueueEntry* entry(int row) const;
    int rowOf(int64_t run) const;
    /// Waiting runs of this window, in order.
    std::vector<int64_t> waiting() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;
    bool dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column, const QModelIndex& parent) override;

Q_SIGNALS:
    /// The person has dragged the run before the one of that row.
    void dragged(qint64 run, int row);

private:
    std::vector<QueueEntry> entries_;
};

}  // namespace gaplab::ui
