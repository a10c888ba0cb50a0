#pragma once

#include <vector>

#include <QAbstractListModel>

#include "core/base/log_lines.h"

namespace gaplab::ui {

/// Lines of the program's log from a level on, the latest last.
class LogModel : public QAbstractListModel {
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;

    /// "debug", "info", "warning" or "error": lines below are left out.
    void setLevel(const std::string& level);
    /// Takes over what was written since the last call.
    void update();
    QString text(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

private:
    void fill();
    bool isShown(const LogLine& line) const;

    std::vector<LogLine> all_, shown_;
    std::string level_ = "info";
};

}  // namespace gaplab::ui
