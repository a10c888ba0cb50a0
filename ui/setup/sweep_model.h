#pragma once

#include <QAbstractTableModel>

#include "core/run/sweep_plan.h"

namespace gaplab::ui {

/// The experiments of a sweep, a row each: number, what differs, seeds, time, disk, and what is wrong with it.
class SweepModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    void setPlan(SweepPlan plan);
    const SweepPlan& plan() const { return plan_; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    int problemColumn() const { return columnCount() - 1; }

private:
    enum class Kind { Number, Value, Seeds, Time, Disk, Problem };
    Kind kindOf(int column) const;
    QString textOf(const PlannedMember& member, int row, int column) const;

    SweepPlan plan_;
    QStringList paths_;
};

}  // namespace gaplab::ui
