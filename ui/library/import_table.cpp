#include "ui/library/import_table.h"

#include <algorithm>

#include <QLocale>

#include "ui/models/format.h"

namespace gaplab::ui {

void ImportTable::setResults(std::vector<ImportResult> results) {
    beginResetModel();
    results_ = std::move(results);
    endResetModel();
}

int ImportTable::coming() const {
    return static_cast<int>(std::ranges::count_if(results_, [](const ImportResult& result) { return result.skipped.empty(); }));
}

QStringList ImportTable::notes() const {
    QStringList lines;
    for (const ImportResult& result : results_) {
        if (!result.skipped.empty()) continue;
        for (const std::string& note : result.notUnderstood)
            lines += tr("%1: %2").arg(QString::fromStdString(result.name), QString::fromStdString(note));
    }
    return lines;
}

int ImportTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(results_.size());
}

int ImportTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ImportTable::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const ImportResult& result = results_[static_cast<size_t>(index.row())];
    const bool number = index.column() == Series || index.column() == Points || index.column() == Events;
    if (role == Qt::TextAlignmentRole) return QVariant(Qt::AlignVCenter | (number ? Qt::AlignRight : Qt::AlignLeft));
    if (role == Qt::ToolTipRole) return QString::fromStdString(result.source.string());
    if (role != Qt::DisplayRole) return {};
    const QLocale locale;
    switch (index.column()) {
        case Name: return QString::fromStdString(result.name);
        case From: return QString::fromStdString(result.format);
        case State: return stateText(result.state);
        case Series: return locale.toString(static_cast<qlonglong>(result.series));
        case Points: return locale.toString(static_cast<qlonglong>(result.points));
        case Events: return locale.toString(static_cast<qlonglong>(result.events));
        default: break;
    }
    return result.skipped.empty() ? tr("comes in") : tr("left out: %1").arg(QString::fromStdString(result.skipped));
}

QVariant ImportTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case Name: return tr("Run");
        case From: return tr("Format");
        case State: return tr("State");
        case Series: return tr("Series");
        case Points: return tr("Points");
        case Events: return tr("Events");
        case Outcome: return tr("What becomes of it");
        default: return {};
    }
}

}  // namespace gaplab::ui
