#pragma once

#include <vector>

#include <QAbstractTableModel>

#include "core/interop/import.h"

namespace gaplab::ui {

/// What becomes of each run that could come in: one row a run.
class ImportTable : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, From, State, Series, Points, Events, Outcome, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    void setResults(std::vector<ImportResult> results);
    const std::vector<ImportResult>& results() const { return results_; }
    /// How many come in.
    int coming() const;
    /// One line for each thing that is not understood, or changed.
    QStringList notes() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::vector<ImportResult> results_;
};

}  // namespace gaplab::ui
