// The groups of a RunFilter.

#include <unordered_map>

#include "core/base/error.h"
#include "core/stats/stats.h"
#include "ui/models/run_filter.h"
#include "ui/models/run_table_model.h"

namespace gaplab::ui {

void RunFilter::setGrouping(const std::string& field) {
    std::optional<RunColumn> column;
    if (!field.empty()) column = columnOfField(field);
    if (sourceModel())
        for (const RunColumn& own : ownColumns())
            if (column && own.field == field) column = own;  // in the words of the table
    openByDefault_ = true;
    open_.clear();
    const auto change = [&] {
        grouping_ = field;
        groupColumn_ = std::move(column);
        for (size_t row = 0; row < known_.size(); ++row)
            known_[row] = know(static_cast<int>(row));
    };
    sourceModel() ? arrange(change) : change();
}

void RunFilter::listGroups() {
    std::unordered_map<QString, size_t> numbers;
    // In the order of their first runs: the group of the best run comes first where the best come first.
    for (const int row : sorted_) {
        const Known& known = known_[static_cast<size_t>(row)];
        if (!known.fits) continue;
        const auto [number, isNew] = numbers.try_emplace(known.group, groups_.size());
        if (isNew) {
            const auto chosen = open_.find(known.group);
            // Never null, which would say that it is no name.
            groups_.push_back({known.group.isNull() ? QString(QLatin1String("")) : known.group,
                               groupColumn_->text(runs().runAt(row)), chosen == open_.end() ? openByDefault_ : chosen->second});
        }
        groups_[number->second].rows.push_back(row);
    }
    for (size_t i = 0; i < groups_.size(); ++i) {
        Group& group = groups_[i];
        group.place = static_cast<int>(entries_.size());
        entries_.push_back({-1, static_cast<int>(i)});
        if (!group.open) continue;
        for (const int row : group.rows) {
            places_[static_cast<size_t>(row)] = static_cast<int>(entries_.size());
            entries_.push_back({row, static_cast<int>(i)});
        }
    }
}

bool RunFilter::isHeading(const QModelIndex& index) const {
    return index.isValid() && entries_[static_cast<size_t>(index.row())].row < 0;
}

bool RunFilter::isOpen(const QModelIndex& heading) const {
    return isHeading(heading) && groups_[static_cast<size_t>(entries_[static_cast<size_t>(heading.row())].group)].open;
}

void RunFilter::setOpen(const QModelIndex& heading, bool open) {
    if (!isHeading(heading) || isOpen(heading) == open) return;
    const QString name = groups_[static_cast<size_t>(entries_[static_cast<size_t>(heading.row())].group)].name;
    arrange([&] { open_[name] = open; });
}

void RunFilter::setAllOpen(bool open) {
    arrange([&] {
        open_.clear();
        openByDefault_ = open;
    });
}

QModelIndex RunFilter::headingOf(const QModelIndex& index) const {
    const int group = index.isValid() ? entries_[static_cast<size_t>(index.row())].group : -1;
    return group < 0 ? QModelIndex() : this->index(groups_[static_cast<size_t>(group)].place, index.column());
}

std::vector<int> RunFilter::runsUnder(const QModelIndex& index) const {
    const Entry& entry = entries_[static_cast<size_t>(index.row())];
    return entry.row >= 0 ? std::vector{entry.row} : groups_[static_cast<size_t>(entry.group)].rows;
}

QString RunFilter::meanText(const Group& group, int column) const {
    const auto found = group.means.find(column);
    if (found != group.means.end()) return found->second;
    const RunColumn& measured = runs().columnAt(column);
    std::vector<double> values;
    if (measured.format)
        for (const int row : group.rows)
            if (const SortKey key = measured.key(runs().runAt(row)); key.kind == SortKey::Number) values.push_back(key.number);
    const Summary summary = summarise(values);
    QString text;
    if (summary.n == 1) text = measured.format(summary.mean);
    if (summary.n > 1) text = tr("%1 ± %2").arg(measured.format(summary.mean), measured.format(summary.sd));
    return group.means[column] = text;
}

QVariant RunFilter::headingData(const Group& group, int column, int role) const {
    switch (role) {
        case Qt::DisplayRole:
            if (column == RunTableModel::State) return group.open ? QStringLiteral("▾") : QStringLiteral("▸");
            if (column != RunTableModel::Name) return meanText(group, column);
            //: A heading over runs; %1: what they have in common
            return tr("%1 · %n run(s)", "", static_cast<int>(group.rows.size()))
                .arg(group.label.isEmpty() ? tr("(nothing)") : group.label);
        case Qt::AccessibleTextRole:
            if (column != RunTableModel::Name) return {};
            return (group.open ? tr("Open group %1, %n run(s)", "", static_cast<int>(group.rows.size()))
                               : tr("Closed group %1, %n run(s)", "", static_cast<int>(group.rows.size())))
                .arg(group.label);
        case Qt::ToolTipRole: return column == RunTableModel::Name ? group.label : tr("Mean ± standard deviation of the group");
        case Qt::FontRole: {
            QFont font;
            font.setBold(true);
            return font;
        }
        case Qt::TextAlignmentRole: return headerData(column, Qt::Horizontal, role);
        default: return {};
    }
}

QVariant RunFilter::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Entry& entry = entries_[static_cast<size_t>(index.row())];
    if (entry.row >= 0) return sourceModel()->index(entry.row, index.column()).data(role);
    return headingData(groups_[static_cast<size_t>(entry.group)], index.column(), role);
}

Qt::ItemFlags RunFilter::flags(const QModelIndex& index) const {
    if (!isHeading(index)) return QAbstractProxyModel::flags(index);
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

}  // namespace gaplab::ui
