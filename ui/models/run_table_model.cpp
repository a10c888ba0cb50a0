#include "ui/models/run_table_model.h"

#include <algorithm>
#include <iterator>

#include "core/store/run_fields.h"
#include "ui/models/format.h"
#include "ui/models/run_facts.h"
#include "ui/models/series_text.h"

namespace gaplab::ui {
namespace {

bool readsTheSame(const RunTableModel::Row& a, const RunTableModel::Row& b) {
    const auto facts = [](const RunRow& run) {
        return std::tie(run.state, run.reason, run.notes, run.started, run.finished, run.deletedAt, run.ownProcess,
                        run.environment, run.networks);
    };
    const auto sameSeries = [](const SeriesSummary& x, const SeriesSummary& y) {
        return x.name == y.name && x.count == y.count && x.last.step == y.last.step;
    };
    return a.search == b.search && a.run.name == b.run.name && a.run.tags == b.run.tags && a.run.folder == b.run.folder &&
           facts(a.run) == facts(b.run) && std::ranges::equal(a.run.series, b.run.series, sameSeries);
}

QString courseText(const RunRow& run) {
    const SeriesSummary* gap = run.find(gapSeries);
    if (gap && gap->count > 0)
        return RunTableModel::tr("Gap between %1 and %2 points, at the end %3")
            .arg(pointsText(gap->minimum.value), pointsText(gap->maximum.value), pointsText(gap->last.value));
    const SeriesSummary* accuracy = run.find(mainSeries);
    if (!accuracy || accuracy->count == 0) return {};
    return RunTableModel::tr("Validation accuracy of the student between %1 and %2, at the end %3")
        .arg(percentText(accuracy->minimum.value), percentText(accuracy->maximum.value), percentText(accuracy->last.value));
}

QString hintOf(const RunRow& run, int column) {
    switch (column) {
        case RunTableModel::State: return QString::fromStdString(run.reason);
        case RunTableModel::Name: return QString::fromStdString(run.notes);
        case RunTableModel::Spark: return courseText(run);
        default: return {};
    }
}

}  // namespace

void RunTableModel::setRuns(std::vector<RunRow> runs) {
    std::vector<int64_t> all;
    std::vector<Row> rows;
    for (RunRow& run : runs) {
        all.push_back(run.id);
        std::string search = searchText(run);
        rows.push_back({std::move(run), std::move(search)});
    }
    keep(all);
    update(std::move(rows));
}

void RunTableModel::keep(const std::vector<int64_t>& all) {
    const auto stays = [&all](const auto& row) { return std::ranges::binary_search(all, row->run.id); };
    for (auto row = rows_.begin(); row != rows_.end();) {
        const auto first = std::find_if_not(row, rows_.end(), stays);
        if (first == rows_.end()) return;
        const auto last = std::find_if(first, rows_.end(), stays);
        beginRemoveRows({}, static_cast<int>(first - rows_.begin()), static_cast<int>(last - rows_.begin()) - 1);
        row = rows_.erase(first, last);
        endRemoveRows();
    }
}

void RunTableModel::update(std::vector<Row> changed) {
    const auto idOf = [](const auto& row) { return row->run.id; };
    for (size_t i = 0; i < changed.size();) {
        const auto place = std::ranges::lower_bound(rows_, changed[i].run.id, {}, idOf);
        const auto at = static_cast<int>(place - rows_.begin());
        if (place != rows_.end() && (*place)->run.id == changed[i].run.id) {
            auto row = std::make_unique<Row>(std::move(changed[i++]));
            const bool same = readsTheSame(**place, *row);
            *place = std::move(row);
            if (!same) Q_EMIT dataChanged(index(at, 0), index(at, columnCount() - 1));
            continue;
        }
        // All that belong before the next row that is there come in one go.
        std::vector<std::unique_ptr<Row>> fresh;
        while (i < changed.size() && (place == rows_.end() || changed[i].run.id < (*place)->run.id))
            fresh.push_back(std::make_unique<Row>(std::move(changed[i++])));
        beginInsertRows({}, at, at + static_cast<int>(fresh.size()) - 1);
        rows_.insert(place, std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
        endInsertRows();
    }
}

int RunTableModel::rowOf(qint64 run) const {
    const auto found = std::ranges::lower_bound(rows_, run, {}, [](const auto& row) { return static_cast<qint64>(row->run.id); });
    return found != rows_.end() && (*found)->run.id == run ? static_cast<int>(found - rows_.begin()) : -1;
}

void RunTableModel::setFields(const std::vector<std::string>& fields) {
    std::vector<RunColumn> fresh;
    for (const std::string& field : fields)
        if (columnOf(field) < 0) fresh.push_back(columnOfField(field));
    for (auto column = extra_.begin(); column != extra_.end();) {
        if (std::ranges::find(fields, column->field) != fields.end()) {
            ++column;
            continue;
        }
        const auto at = ColumnCount + static_cast<int>(column - extra_.begin());
        beginRemoveColumns({}, at, at);
        column = extra_.erase(column);
        endRemoveColumns();
    }
    for (RunColumn& column : fresh) {
        if (columnOf(column.field) >= 0) continue;
        beginInsertColumns({}, columnCount(), columnCount());
        extra_.push_back(std::move(column));
        endInsertColumns();
    }
}

const RunColumn& RunTableModel::columnAt(int column) const {
    return column < ColumnCount ? ownColumns()[static_cast<size_t>(column)] : extra_[static_cast<size_t>(column - ColumnCount)];
}

int RunTableModel::columnOf(const std::string& field) const {
    for (int column = 0; column < columnCount(); ++column)
        if (columnAt(column).field == field) return column;
    return -1;
}

int RunTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int RunTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount + static_cast<int>(extra_.size());
}

QVariant RunTableModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const RunRow& run = runAt(index.row());
    const int column = index.column();
    switch (role) {
        case Qt::DisplayRole:
        case Qt::EditRole: return columnAt(column).text(run);
        case Qt::DecorationRole: return column == State ? QVariant(stateIcon(run.state)) : QVariant();
        case Qt::ToolTipRole: return hintOf(run, column);
        case Qt::AccessibleTextRole: return column == Spark ? QVariant(courseText(run)) : QVariant();
        case Qt::TextAlignmentRole: return headerData(column, Qt::Horizontal, role);
        case TrashRole: return run.deletedAt > 0;
        case RunRole: return static_cast<qlonglong>(run.id);
        default: return {};
    }
}

bool RunTableModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::EditRole || index.column() != Name || !checkIndex(index, CheckIndexOption::IndexIsValid)) return false;
    const RunRow& run = runAt(index.row());
    const QString name = value.toString().trimmed();
    if (name.isEmpty() || name == QString::fromStdString(run.name)) return false;
    Q_EMIT renamed(static_cast<qint64>(run.id), name);
    return true;
}

QVariant RunTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
    const RunColumn& column = columnAt(section);
    switch (role) {
        case Qt::TextAlignmentRole:
            return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (column.numeric ? Qt::AlignRight : Qt::AlignLeft)));
        case Qt::DisplayRole: return column.title();
        case Qt::ToolTipRole: return tr("In the filter: %1").arg(QString::fromStdString(column.field));
        default: return {};
    }
}

Qt::ItemFlags RunTableModel::flags(const QModelIndex& index) const {
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.isValid() && index.column() == Name && runAt(index.row()).deletedAt <= 0) flags |= Qt::ItemIsEditable;
    return flags;
}

}  // namespace gaplab::ui
