#pragma once

#include <QDialog>

#include "ui/models/run_filter.h"
#include "ui/models/run_table_model.h"

class QTableView;

namespace gaplab::ui {

/// Asks for runs out of all that the store holds.
class ChooseRuns : public QDialog {
    Q_OBJECT
public:
    ChooseRuns(std::vector<RunRow> runs, QWidget* parent);

Q_SIGNALS:
    void chosen(const std::vector<int64_t>& runs);

private:
    void accept() override;

    RunTableModel* model_;
    RunFilter* filter_;
    QTableView* view_;
};

}  // namespace gaplab::ui
