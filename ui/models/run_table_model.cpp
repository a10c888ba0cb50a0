#include "ui/models/run_table_model.h"

#include <algorithm>
#include <iterator>

#include "core/store/run_query.h"
#include "ui/models/format.h"
#include "ui/models/run_facts.h"
#include "ui/models/series_text.h"

namespace gaplab::ui {
namespace {

Qt::Alignment alignmentOf(int column) {
    const bool number = (column >= RunTableModel::Seed && column <= RunTableModel::Duration) || column == RunTableModel::Id;
    return Qt::AlignVCenter | (number ? Qt::AlignRight : Qt::AlignLeft);
}

QString joined(const std::vector<std::string>& words) {
    QStringList all;
    for (const std::string& word : words)
        all += QString::fromStdString(word);
    return all.join(QStringLiteral(", "));
}

QVariant keyOf(const std::optional<double>& value) {
    return value && std::isfinite(*value) ? QVariant(*value) : QVariant();
}

}  // namespace

bool RunTableModel::Row::operator==(const Row& other) const {
    return std::equal(std::begin(texts), std::end(texts), std::begin(other.texts)) && search == other.search &&
           run.deletedAt == other.run.deletedAt && run.reason == other.run.reason && run.notes == other.run.notes;
}

RunTableModel::Row RunTableModel::makeRow(RunRow run) {
    Row row;
    const auto set = [&row](Column column, const QString& text, const QVariant& key = {}) {
        row.texts[column] = text;
        row.keys[column] = key.isValid() ? key : text.isEmpty() ? QVariant() : QVariant(text.toLower());
    };
    const auto measured = [&](Column column, const std::optional<double>& value, QString (*format)(double)) {
        row.texts[column] = value ? format(*value) : QString();
        row.keys[column] = keyOf(value);
    };
    const double seconds = secondsOf(run, secondsNow());
    set(State, stateText(run.state));
    set(Name, QString::fromStdString(run.name));
    set(Student, studentOf(run));
    set(Teacher, teachersOf(run));
    set(Method, methodOf(run));
    set(Seed, QString::number(run.seed), QVariant(static_cast<qulonglong>(run.seed)));
    measured(BestValidation, bestOf(run, mainSeries), percentText);
    measured(Last, lastOf(run, mainSeries), percentText);
    measured(GapLast, lastOf(run, gapSeries), pointsText);
    measured(TestAtBest, lastOf(run, testAtBestSeries), percentText);
    measured(Duration, seconds < 0 ? std::nullopt : std::optional(seconds), durationText);
    measured(Created, run.created, dateText);
    set(Kind, kindText(run.kind));
    set(Id, QString::number(run.id), QVariant(static_cast<qlonglong>(run.id)));
    set(Tags, joined(run.tags));
    set(Folder, QString::fromStdString(run.folder));
    row.search = searchText(run);
    row.run = std::move(run);
    return row;
}

void RunTableModel::setRuns(std::vector<RunRow> runs) {
    std::vector<int64_t> all;
    for (const RunRow& run : runs)
        all.push_back(run.id);
    update(std::move(runs), all);
}

void RunTableModel::removeOthers(const std::vector<int64_t>& all) {
    const auto stays = [&all](const Row& row) { return std::ranges::binary_search(all, row.run.id); };
    for (auto row = rows_.begin(); row != rows_.end();) {
        const auto first = std::find_if_not(row, rows_.end(), stays);
        if (first == rows_.end()) return;
        const auto last = std::find_if(first, rows_.end(), stays);
        beginRemoveRows({}, static_cast<int>(first - rows_.begin()), static_cast<int>(last - rows_.begin()) - 1);
        row = rows_.erase(first, last);
        endRemoveRows();
    }
}

void RunTableModel::update(std::vector<RunRow> changed, const std::vector<int64_t>& all) {
    removeOthers(all);
    const auto idOf = [](const Row& row) { return row.run.id; };
    for (size_t i = 0; i < changed.size();) {
        const auto place = std::ranges::lower_bound(rows_, changed[i].id, {}, idOf);
        const auto at = static_cast<int>(place - rows_.begin());
        if (place != rows_.end() && place->run.id == changed[i].id) {
            Row row = makeRow(std::move(changed[i++]));
            const bool same = *place == row;
            *place = std::move(row);
            if (!same) Q_EMIT dataChanged(index(at, 0), index(at, ColumnCount - 1));
            continue;
        }
        // All that belong before the next row that is there come in one go.
        std::vector<Row> fresh;
        while (i < changed.size() && (place == rows_.end() || changed[i].id < place->run.id))
            fresh.push_back(makeRow(std::move(changed[i++])));
        beginInsertRows({}, at, at + static_cast<int>(fresh.size()) - 1);
        rows_.insert(place, std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
        endInsertRows();
    }
}

int RunTableModel::rowOf(qint64 run) const {
    const auto found = std::ranges::lower_bound(rows_, run, {}, [](const Row& row) { return static_cast<qint64>(row.run.id); });
    return found != rows_.end() && found->run.id == run ? static_cast<int>(found - rows_.begin()) : -1;
}

int RunTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int RunTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RunTableModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Row& row = rows_[static_cast<size_t>(index.row())];
    const int column = index.column();
    switch (role) {
        case Qt::DisplayRole:
        case Qt::EditRole: return row.texts[column];
        case Qt::DecorationRole: return column == State ? QVariant(stateIcon(row.run.state)) : QVariant();
        case Qt::ToolTipRole:
            if (column == State && !row.run.reason.empty()) return QString::fromStdString(row.run.reason);
            return column == Name ? QVariant(QString::fromStdString(row.run.notes)) : QVariant();
        case Qt::TextAlignmentRole: {
            return QVariant::fromValue(alignmentOf(column));
        }
        case SortRole: return row.keys[column];
        case TrashRole: return row.run.deletedAt > 0;
        case RunRole: return static_cast<qlonglong>(row.run.id);
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
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) return {};
    if (role == Qt::TextAlignmentRole) return QVariant::fromValue(alignmentOf(section));
    if (role != Qt::DisplayRole) return {};
    switch (static_cast<Column>(section)) {
        case State: return tr("State");
        case Name: return tr("Name");
        case Student: return tr("Student");
        case Teacher: return tr("Teacher");
        case Method: return tr("Method");
        case Seed: return tr("Seed");
        case BestValidation: return tr("Best validation");
        case Last: return tr("Last");
        case GapLast: return tr("Last gap (points)");
        case TestAtBest: return tr("Test at best");
        case Duration: return tr("Duration");
        case Tags: return tr("Tags");
        case Folder: return tr("Folder");
        case Created: return tr("Created");
        case Kind: return tr("Kind");
        case Id: return tr("Run");
        case ColumnCount: break;
    }
    return {};
}

Qt::ItemFlags RunTableModel::flags(const QModelIndex& index) const {
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.isValid() && index.column() == Name && runAt(index.row()).deletedAt <= 0) flags |= Qt::ItemIsEditable;
    return flags;
}

}  // namespace gaplab::ui
