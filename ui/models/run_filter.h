#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <QAbstractProxyModel>

#include "core/store/run_query.h"
#include "ui/models/run_column.h"

namespace gaplab::ui {

class RunTableModel;

/// Runs of a RunTableModel that fit a line of the filter language, either in the trash or out of it, in the order of a column,
/// and if wanted under headings: a row each of the groups, with the mean and the spread of what is measured. Rows without a value
/// stand at the end in both directions. Everything that is asked of a row is remembered, so that a key stroke in the line sorts
/// nothing.
class RunFilter : public QAbstractProxyModel {
    Q_OBJECT
public:
    using QAbstractProxyModel::QAbstractProxyModel;
    void setSourceModel(QAbstractItemModel* source) override;

    /// A line that cannot be understood changes nothing; why not is returned.
    QString setLine(const QString& line);
    void setTrash(bool trash);
    /// Leaves out the runs that train a teacher first.
    void setOnlyExperiments(bool only);
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;
    int sortColumn() const { return sortColumn_; }
    Qt::SortOrder sortOrder() const { return order_; }

    /// By a field of the filter language ("trial", "student", "training.optimizer.lr"); empty: no groups. Throws Error (Input).
    void setGrouping(const std::string& field);
    const std::string& grouping() const { return grouping_; }
    bool isHeading(const QModelIndex& index) const;
    bool isOpen(const QModelIndex& heading) const;
    void setOpen(const QModelIndex& heading, bool open);
    void setAllOpen(bool open);
    /// The heading above a row; invalid where there is none.
    QModelIndex headingOf(const QModelIndex& index) const;
    /// Rows of the source: all of a group, open or not, or the one that the index stands for.
    std::vector<int> runsUnder(const QModelIndex& index) const;
    /// How many fit, those in closed groups too.
    int runCount() const { return fitting_; }

    QModelIndex mapToSource(const QModelIndex& proxy) const override;
    QModelIndex mapFromSource(const QModelIndex& source) const override;
    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex&) const override { return {}; }
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    /// What is known of a row of the source.
    struct Known {
        bool fits = false;
        SortKey key;
        QString group;
        bool operator==(const Known&) const = default;
    };
    struct Group {
        QString name, label;
        bool open = true;
        std::vector<int> rows;  ///< of the source, in order
        int place = 0;          ///< of the heading
        mutable std::map<int, QString> means = {};
    };
    struct Entry {
        int row = -1;    ///< of the source; -1: a heading
        int group = -1;  ///< -1: there are none
    };

    const RunTableModel& runs() const;
    bool fits(int row) const;
    Known know(int row) const;
    bool before(int a, int b) const;
    void refit();
    void insertRows(int first, int last);
    void removeRows(int first, int last);
    void takeChange(int first, int last);
    void connectColumns();
    /// Lists the rows anew after `change` of what is known; `moved`: where a row of the source is now, -1 if it is gone.
    void arrange(const std::function<void()>& change, const std::function<int(int)>& moved = {});
    void list();
    void listGroups();
    QString meanText(const Group& group, int column) const;
    QVariant headingData(const Group& group, int column, int role) const;

    RunQuery query_;
    bool trash_ = false, onlyExperiments_ = false;
    int sortColumn_ = -1;
    Qt::SortOrder order_ = Qt::AscendingOrder;
    std::string grouping_;
    std::optional<RunColumn> groupColumn_;
    std::map<QString, bool> open_;  ///< of groups that were opened or closed by hand
    bool openByDefault_ = true;

    std::vector<Known> known_;  ///< of every row of the source
    std::vector<int> sorted_;   ///< all rows of the source
    std::vector<Group> groups_;
    std::vector<Entry> entries_;
    std::vector<int> places_;  ///< of the rows of the source among the entries; -1: not shown
    int fitting_ = 0;
};

}  // namespace gaplab::ui
