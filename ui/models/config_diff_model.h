#pragma once

#include <QAbstractTableModel>
#include <QStringList>

#include "core/experiment/experiment.h"

namespace gaplab::ui {

/// The fields in which trials differ: one row a path, one column a trial.
class ConfigDiffModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    /// `labels` are the trials in the order of the values.
    void setDifferences(std::vector<Difference> differences, const QStringList& labels);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::vector<Difference> differences_;
    QStringList labels_;
};

}  // namespace gaplab::ui
