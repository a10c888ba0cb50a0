#pragma once

#include <QSortFilterProxyModel>

#include "core/store/run_query.h"

namespace gaplab::ui {

/// Runs of a RunTableModel that fit a line of the filter language, either in the trash or out of it. Rows without a value are
/// sorted to the end in both directions.
class RunFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit RunFilter(QObject* parent = nullptr);
    /// A line that cannot be understood changes nothing; why not is returned.
    QString setLine(const QString& line);
    void setTrash(bool trash);
    /// Leaves out the runs that train a teacher first.
    void setOnlyExperiments(bool only);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    RunQuery query_;
    bool trash_ = false;
    bool onlyExperiments_ = false;
};

}  // namespace gaplab::ui
