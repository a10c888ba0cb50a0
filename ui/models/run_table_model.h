#pragma once

#include <vector>

#include <QAbstractTableModel>

#include "core/store/records.h"

namespace gaplab::ui {

/// The runs of the store as a table. Everything a cell needs is worked out once, when the rows arrive; rows that stay keep their
/// place, so that selection, scrolling and sorting of the views stay too.
class RunTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        State,
        Name,
        Student,
        Teacher,
        Method,
        Seed,
        BestValidation,
        Last,
        GapLast,
        TestAtBest,
        Duration,
        Tags,
        Folder,
        Created,
        Kind,
        Id,
        ColumnCount
    };
    enum Role {
        SortRole = Qt::UserRole,  ///< a number or text to sort by; invalid where there is nothing
        TrashRole,                ///< whether the run lies in the trash
        RunRole,                  ///< id of the run
    };

    using QAbstractTableModel::QAbstractTableModel;

    /// `runs` ascend by id.
    void setRuns(std::vector<RunRow> runs);
    /// `changed` are new or read differently than before; `all`: the ids that there are. Both ascend.
    void update(std::vector<RunRow> changed, const std::vector<int64_t>& all);
    const RunRow& runAt(int row) const { return rows_[static_cast<size_t>(row)].run; }
    const std::string& searchTextAt(int row) const { return rows_[static_cast<size_t>(row)].search; }
    /// -1 where the run is not in the table.
    int rowOf(qint64 run) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    /// A name was typed; it appears once the store has it.
    void renamed(qint64 run, const QString& name);

private:
    struct Row {
        RunRow run;
        QVariant texts[ColumnCount], keys[ColumnCount];
        std::string search;  ///< what the filter looks for words in
        bool operator==(const Row& other) const;
    };
    static Row makeRow(RunRow run);
    void removeOthers(const std::vector<int64_t>& all);

    std::vector<Row> rows_;
};

}  // namespace gaplab::ui
