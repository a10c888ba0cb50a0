#pragma once

#include <memory>
#include <string>
#include <vector>

#include <QAbstractTableModel>

#include "core/store/records.h"
#include "ui/models/run_column.h"

namespace gaplab::ui {

/// The runs of the store as a table, ascending by id. Rows that stay keep their place, so that selection, scrolling and sorting
/// of the views stay too. Behind the columns that every table of runs has come those of fields that were asked for.
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
        Spark,
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
        TrashRole = Qt::UserRole,  ///< whether the run lies in the trash
        RunRole,                   ///< id of the run
    };
    /// A run with what the filter looks for words in.
    struct Row {
        RunRow run;
        std::string search;
    };

    using QAbstractTableModel::QAbstractTableModel;

    /// `runs` ascend by id.
    void setRuns(std::vector<RunRow> runs);
    /// Runs that are new or read differently than before; ascending.
    void update(std::vector<Row> changed);
    /// Removes all runs but these; ids, ascending.
    void keep(const std::vector<int64_t>& all);
    const RunRow& runAt(int row) const { return rows_[static_cast<size_t>(row)]->run; }
    const std::string& searchTextAt(int row) const { return rows_[static_cast<size_t>(row)]->search; }
    /// -1 where the run is not in the table.
    int rowOf(qint64 run) const;

    /// Instead of those that there are, each once. Throws Error (Input) for what cannot be a field, and changes nothing then.
    void setFields(const std::vector<std::string>& fields);
    const RunColumn& columnAt(int column) const;
    /// -1 where there is no column of this field.
    int columnOf(const std::string& field) const;

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
    std::vector<std::unique_ptr<Row>> rows_;  // of pointers: older runs arrive in front of all others
    std::vector<RunColumn> extra_;
};

}  // namespace gaplab::ui
