#include "ui/plot/plot_table_model.h"

#include <algorithm>
#include <cmath>

#include <QPointF>

#include "ui/models/format.h"

namespace gaplab::ui {

void PlotTableModel::setContent(const QString& xTitle, const QVector<Column>& columns, const QStringList& xNames) {
    QVector<double> xs;
    for (const Column& column : columns)
        for (const QPointF& point : column.points)
            xs += point.x();
    std::ranges::sort(xs);
    xs.erase(std::unique(xs.begin(), xs.end()), xs.end());
    const bool sameShape = xs.size() == xs_.size() && columns.size() == columns_.size() && xTitle == xTitle_;
    if (!sameShape) beginResetModel();
    xTitle_ = xTitle;
    xNames_ = xNames;
    xs_ = xs;
    columns_ = columns;
    if (!sameShape)
        endResetModel();
    else if (!xs_.empty() && !columns_.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int PlotTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(xs_.size());
}

int PlotTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : 1 + static_cast<int>(columns_.size());
}

QVariant PlotTableModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    if (role == Qt::TextAlignmentRole) return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
    if (role != Qt::DisplayRole) return {};
    const double x = xs_[index.row()];
    if (index.column() == 0 && x == std::floor(x) && x >= 0 && x < static_cast<double>(xNames_.size()))
        return xNames_[static_cast<qsizetype>(x)];
    if (index.column() == 0) return numberText(x, x == std::round(x) ? 0 : 2);
    const Column& column = columns_[index.column() - 1];
    const auto found = std::ranges::lower_bound(column.points, x, {}, [](QPointF point) { return point.x(); });
    if (found == column.points.end() || found->x() != x) return {};
    return std::isfinite(found->y()) ? numberText(found->y(), column.decimals) : tr("not a number");
}

QVariant PlotTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section > columns_.size()) return {};
    return section == 0 ? xTitle_ : columns_[section - 1].name;
}

}  // namespace gaplab::ui
