#include "ui/models/run_filter.h"

#include <QRegularExpression>

#include "ui/models/run_table_model.h"

namespace gaplab::ui {

RunFilter::RunFilter(QObject* parent) : QSortFilterProxyModel(parent) {
    setSortRole(RunTableModel::SortRole);
    setDynamicSortFilter(true);
}

void RunFilter::setWords(const QString& line) {
    words_ = line.toLower().split(QRegularExpression(QStringLiteral("\\s+")), Qt::SkipEmptyParts);
    invalidateFilter();
}

void RunFilter::setTrash(bool trash) {
    trash_ = trash;
    invalidateFilter();
}

void RunFilter::setOnlyExperiments(bool only) {
    onlyExperiments_ = only;
    invalidateFilter();
}

bool RunFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    if (index.data(RunTableModel::TrashRole).toBool() != trash_) return false;
    const auto* runs = qobject_cast<const RunTableModel*>(sourceModel());
    if (onlyExperiments_ && runs && runs->runAt(row).kind == "stage") return false;
    const QString text = index.data(RunTableModel::SearchRole).toString();
    return std::ranges::all_of(words_, [&text](const QString& word) { return text.contains(word); });
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
