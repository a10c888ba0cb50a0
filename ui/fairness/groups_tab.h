#pragma once

#include "ui/fairness/report_view.h"

class QLabel;

namespace gaplab::ui {

class TextTable;

/// The figures of the networks, the groups, and the classes in each group. Names of widgets: biasFigures, biasGroupTable,
/// biasCellTable, biasNoGroups.
class GroupsTab : public ReportView {
    Q_OBJECT
public:
    explicit GroupsTab(QWidget* parent = nullptr);
    void showReport(const BiasReport& report) override;

private:
    void fillFigures(const BiasReport& report);
    void fillCells(const BiasReport& report);

    TextTable *figures_, *groups_, *cells_;
    QLabel *chance_, *none_;
};

}  // namespace gaplab::ui
