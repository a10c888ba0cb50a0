#pragma once

#include <QAbstractTableModel>

#include "core/run/compare.h"

namespace gaplab::ui {

/// One row a trial: what its finished runs reached, and the difference to the first trial.
class TrialTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        Trial,
        Seeds,
        TestAtBest,
        Delta,
        TrialVerdict,
        BestValidation,
        Last,
        TestAtLast,
        GapLast,
        InBand,
        Time,
        Notes,
        ColumnCount
    };

    using QAbstractTableModel::QAbstractTableModel;

    /// `level` is the confidence level of the intervals.
    void setTrials(std::vector<TrialFigures> trials, double level);
    const TrialFigures& trialAt(int row) const { return trials_[static_cast<size_t>(row)]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QString text(const TrialFigures& trial, Column column) const;

    std::vector<TrialFigures> trials_;
    double level_ = 0.95;
};

}  // namespace gaplab::ui
