#include "ui/models/config_diff_model.h"

#include <algorithm>

namespace gaplab::ui {

void ConfigDiffModel::setDifferences(std::vector<Difference> differences, const QStringList& labels) {
    beginResetModel();
    differences_ = std::move(differences);
    labels_ = labels;
    endResetModel();
}

int ConfigDiffModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(differences_.size());
}

int ConfigDiffModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : 1 + static_cast<int>(labels_.size());
}

QVariant ConfigDiffModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || (role != Qt::DisplayRole && role != Qt::ToolTipRole)) return {};
    const Difference& difference = differences_[static_cast<size_t>(index.row())];
    if (index.column() == 0) return QString::fromStdString(difference.path);
    const auto place = static_cast<size_t>(index.column() - 1);
    if (place >= difference.values.size()) return {};
    const Json& value = difference.values[place];
    if (value.is_null()) return tr("not given");
    return QString::fromStdString(value.is_string() ? value.get<std::string>() : value.dump());
}

QVariant ConfigDiffModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section > labels_.size()) return {};
    return section == 0 ? tr("Field") : labels_[section - 1];
}

}  // namespace gaplab::ui
