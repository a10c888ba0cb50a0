#pragma once

#include <QSortFilterProxyModel>
#include <QStringList>

namespace gaplab::ui {

/// Runs of a RunTableModel in which every word of the filter occurs, either in the trash or out of it. Rows without a value are
/// sorted to the end in both directions.
class RunFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit RunFilter(QObject* parent = nullptr);
    void setWords(const QString& line);
    void setTrash(bool trash);
    /// Leaves out the runs that train a teacher first.
    void setOnlyExperiments(bool only);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    QStringList words_;
    bool trash_ = false;
    bool onlyExperiments_ = false;
};

}  // namespace gaplab::ui
