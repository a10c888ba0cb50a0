#pragma once

#include "ui/fairness/report_view.h"

class QComboBox;
class QLabel;

namespace gaplab::ui {

class HeatMap;
class TextTable;

/// Which classes are taken for which. Names of widgets: confusionOf, confusionMap, confusionPairs,
/// confusionCell.
class ConfusionTab : public ReportView {
    Q_OBJECT
public:
    explicit ConfusionTab(QWidget* parent = nullptr);
    void showReport(const BiasReport& report) override;

private:
    void offer();
    void draw();
    void fillPairs();
    QString cellText(int row, int column) const;

    const BiasReport* shown_ = nullptr;
    QComboBox* of_;
    HeatMap* map_;
    TextTable* pairs_;
    QLabel* cell_;
};

}  // namespace gaplab::ui
