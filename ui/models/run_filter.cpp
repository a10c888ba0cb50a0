#include "ui/models/run_filter.h"

#include <algorithm>
#include <numeric>

#include "core/base/error.h"
#include "ui/models/run_table_model.h"

namespace gaplab::ui {

const RunTableModel& RunFilter::runs() const {
    return *qobject_cast<const RunTableModel*>(sourceModel());
}

void RunFilter::setSourceModel(QAbstractItemModel* source) {
    beginResetModel();
    QAbstractProxyModel::setSourceModel(source);
    using Model = QAbstractItemModel;
    connect(source, &Model::rowsInserted, this, [this](const QModelIndex&, int first, int last) { insertRows(first, last); });
    connect(source, &Model::rowsRemoved, this, [this](const QModelIndex&, int first, int last) { removeRows(first, last); });
    connect(source, &Model::dataChanged, this,
            [this](const QModelIndex& from, const QModelIndex& to) { takeChange(from.row(), to.row()); });
    connectColumns();
    known_.clear();
    sorted_.clear();
    for (int row = 0; row < source->rowCount(); ++row) {
        known_.push_back(know(row));
        sorted_.push_back(row);
    }
    std::ranges::sort(sorted_, [this](int a, int b) { return before(a, b); });
    list();
    endResetModel();
}

void RunFilter::connectColumns() {
    using Model = QAbstractItemModel;
    connect(sourceModel(), &Model::columnsAboutToBeInserted, this,
            [this](const QModelIndex&, int first, int last) { beginInsertColumns({}, first, last); });
    connect(sourceModel(), &Model::columnsInserted, this, [this] { endInsertColumns(); });
    connect(sourceModel(), &Model::columnsAboutToBeRemoved, this, [this](const QModelIndex&, int first, int last) {
        beginRemoveColumns({}, first, last);
        // The order that there is stays, whatever it came from.
        if (sortColumn_ >= first) sortColumn_ = sortColumn_ <= last ? -1 : sortColumn_ - (last - first + 1);
    });
    connect(sourceModel(), &Model::columnsRemoved, this, [this] {
        for (Group& group : groups_)
            group.means.clear();
        endRemoveColumns();
    });
}

bool RunFilter::fits(int row) const {
    const RunRow& run = runs().runAt(row);
    if ((run.deletedAt > 0) != trash_ || (onlyExperiments_ && run.kind == "stage")) return false;
    return query_.matches(run, runs().searchTextAt(row));
}

RunFilter::Known RunFilter::know(int row) const {
    const RunRow& run = runs().runAt(row);
    const bool isSorted = sortColumn_ >= 0 && sortColumn_ < runs().columnCount();
    // Trials are told apart by what they are, not by how they are called.
    const QString group = !groupColumn_          ? QString()
                          : grouping_ == "trial" ? QString::fromStdString(run.trial)
                                                 : groupColumn_->text(run);
    return {fits(row), isSorted ? runs().columnAt(sortColumn_).key(run) : SortKey(), group};
}

bool RunFilter::before(int a, int b) const {
    const SortKey &x = known_[static_cast<size_t>(a)].key, &y = known_[static_cast<size_t>(b)].key;
    const bool forward = order_ == Qt::AscendingOrder;
    if (x.kind != y.kind && (x.kind == SortKey::Nothing || y.kind == SortKey::Nothing)) return y.kind == SortKey::Nothing;
    if (x.kind != y.kind) return (x.kind < y.kind) == forward;
    if (x.kind == SortKey::Number && x.number != y.number) return (x.number < y.number) == forward;
    if (x.kind == SortKey::Text)
        if (const int order = x.text.compare(y.text); order != 0) return (order < 0) == forward;
    return forward ? a < b : a > b;
}

QString RunFilter::setLine(const QString& line) {
    try {
        query_ = RunQuery(line.toStdString());
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
    refit();
    return {};
}

void RunFilter::setTrash(bool trash) {
    trash_ = trash;
    refit();
}

void RunFilter::setOnlyExperiments(bool only) {
    onlyExperiments_ = only;
    refit();
}

void RunFilter::refit() {
    if (!sourceModel()) return;
    arrange([this] {
        for (size_t row = 0; row < known_.size(); ++row)
            known_[row].fits = fits(static_cast<int>(row));
    });
}

void RunFilter::sort(int column, Qt::SortOrder order) {
    sortColumn_ = column;
    order_ = order;
    if (!sourceModel() || column < 0 || column >= runs().columnCount()) return;
    arrange([this] {
        for (size_t row = 0; row < known_.size(); ++row)
            known_[row].key = runs().columnAt(sortColumn_).key(runs().runAt(static_cast<int>(row)));
        std::ranges::sort(sorted_, [this](int a, int b) { return before(a, b); });
    });
}

void RunFilter::insertRows(int first, int last) {
    const int count = last - first + 1;
    const auto moved = [first, count](int row) { return row < first ? row : row + count; };
    arrange(
        [&] {
            for (int& row : sorted_)
                row = moved(row);
            known_.insert(known_.begin() + first, static_cast<size_t>(count), Known());
            for (int row = first; row <= last; ++row)
                known_[static_cast<size_t>(row)] = know(row);
            const auto middle = std::ssize(sorted_);
            sorted_.resize(sorted_.size() + static_cast<size_t>(count));
            std::iota(sorted_.begin() + middle, sorted_.end(), first);
            const auto isBefore = [this](int a, int b) { return before(a, b); };
            std::sort(sorted_.begin() + middle, sorted_.end(), isBefore);
            std::inplace_merge(sorted_.begin(), sorted_.begin() + middle, sorted_.end(), isBefore);
        },
        moved);
}

void RunFilter::removeRows(int first, int last) {
    const int count = last - first + 1;
    const auto moved = [first, last, count](int row) { return row < first ? row : row <= last ? -1 : row - count; };
    arrange(
        [&] {
            known_.erase(known_.begin() + first, known_.begin() + last + 1);
            std::erase_if(sorted_, [&](int row) { return moved(row) < 0; });
            for (int& row : sorted_)
                row = moved(row);
        },
        moved);
}

void RunFilter::takeChange(int first, int last) {
    bool sameOrder = true;
    std::vector<Known> fresh;
    for (int row = first; row <= last; ++row) {
        fresh.push_back(know(row));
        sameOrder = sameOrder && fresh.back() == known_[static_cast<size_t>(row)];
    }
    if (!sameOrder)
        arrange([&] {
            std::ranges::move(fresh, known_.begin() + first);
            std::ranges::sort(sorted_, [this](int a, int b) { return before(a, b); });
        });
    for (int row = first; row <= last; ++row) {
        const int place = places_[static_cast<size_t>(row)];
        if (place < 0) continue;
        Q_EMIT dataChanged(index(place, 0), index(place, columnCount() - 1));
        const int group = entries_[static_cast<size_t>(place)].group;
        if (group < 0) continue;
        groups_[static_cast<size_t>(group)].means.clear();
        const int heading = groups_[static_cast<size_t>(group)].place;
        Q_EMIT dataChanged(index(heading, 0), index(heading, columnCount() - 1));
    }
}

void RunFilter::arrange(const std::function<void()>& change, const std::function<int(int)>& moved) {
    Q_EMIT layoutAboutToBeChanged();
    struct Held {
        QModelIndex index;
        int row;
        QString group;
    };
    std::vector<Held> held;
    for (const QModelIndex& index : persistentIndexList()) {
        const Entry& entry = entries_[static_cast<size_t>(index.row())];
        const bool heading = entry.row < 0;
        held.push_back({index, heading || !moved ? entry.row : moved(entry.row),
                        heading ? groups_[static_cast<size_t>(entry.group)].name : QString()});
    }
    change();
    list();
    QModelIndexList from, to;
    for (const Held& one : held) {
        int place = one.row >= 0 ? places_[static_cast<size_t>(one.row)] : -1;
        if (one.row < 0 && !one.group.isNull())
            for (const Group& group : groups_)
                if (group.name == one.group) place = group.place;
        from += one.index;
        to += place < 0 ? QModelIndex() : index(place, one.index.column());
    }
    changePersistentIndexList(from, to);
    Q_EMIT layoutChanged();
}

void RunFilter::list() {
    entries_.clear();
    groups_.clear();
    places_.assign(known_.size(), -1);
    fitting_ = static_cast<int>(std::ranges::count_if(known_, &Known::fits));
    if (groupColumn_) return listGroups();
    for (const int row : sorted_) {
        if (!known_[static_cast<size_t>(row)].fits) continue;
        places_[static_cast<size_t>(row)] = static_cast<int>(entries_.size());
        entries_.push_back({row, -1});
    }
}

QModelIndex RunFilter::mapToSource(const QModelIndex& proxy) const {
    if (!proxy.isValid() || isHeading(proxy)) return {};
    return sourceModel()->index(entries_[static_cast<size_t>(proxy.row())].row, proxy.column());
}

QModelIndex RunFilter::mapFromSource(const QModelIndex& source) const {
    const int place = source.isValid() ? places_[static_cast<size_t>(source.row())] : -1;
    return place < 0 ? QModelIndex() : index(place, source.column());
}

QModelIndex RunFilter::index(int row, int column, const QModelIndex& parent) const {
    return hasIndex(row, column, parent) ? createIndex(row, column) : QModelIndex();
}

int RunFilter::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(entries_.size());
}

int RunFilter::columnCount(const QModelIndex& parent) const {
    return parent.isValid() || !sourceModel() ? 0 : sourceModel()->columnCount();
}

QVariant RunFilter::headerData(int section, Qt::Orientation orientation, int role) const {
    return sourceModel() ? sourceModel()->headerData(section, orientation, role) : QVariant();
}

}  // namespace gaplab::ui
