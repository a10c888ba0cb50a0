#include "ui/models/run_filter.h"

#include "core/base/error.h"
#include "ui/models/run_table_model.h"

namespace gaplab::ui {

RunFilter::RunFilter(QObject* parent) : QSortFilterProxyModel(parent) {
    setSortRole(RunTableModel::SortRole);
    setDynamicSortFilter(true);
}

QString RunFilter::setLine(const QString& line) {
    try {
        query_ = RunQuery(line.toStdString());
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
    invalidateFilter();
    return {};
}

void RunFilter::setTrash(bool trash) {
    trash_ = trash;
    invalidateFilter();
}

void RunFilter::setOnlyExperiments(bool only) {
    onlyExperiments_ = only;
    invalidateFilter();
}

bool RunFilter::filterAcceptsRow(int row, const QModelIndex&) const {
    const auto& runs = *qobject_cast<const RunTableModel*>(sourceModel());
    const RunRow& run = runs.runAt(row);
    if ((run.deletedAt > 0) != trash_ || (onlyExperiments_ && run.kind == "stage")) return false;
    return query_.matches(run, runs.searchTextAt(row));
}

bool RunFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
    const QVariant a = left.data(RunTableModel::SortRole), b = right.data(RunTableModel::SortRole);
    if (a.isValid() && b.isValid()) {
        const auto order = QVariant::compare(a, b);
        if (order != QPartialOrdering::Equivalent) return order == QPartialOrdering::Less;
        return left.row() < right.row();
    }
    // Descending order asks the question the other way round, so the answer turns with it.
    if (a.isValid() != b.isValid()) return (sortOrder() == Qt::AscendingOrder) == a.isValid();
    return left.row() < right.row();
}

}  // namespace gaplab::ui
