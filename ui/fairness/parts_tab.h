#pragma once

#include "ui/fairness/report_view.h"

class QLabel;

namespace gaplab::ui {

class PlotView;
class TextTable;

/// Classes, the lowest first: what student, teacher and student alone get right of each, and which moved. Names of widgets:
/// biasClassPlot, biasClassTable.
class PartsTab : public ReportView {
    Q_OBJECT
public:
    explicit PartsTab(QWidget* parent = nullptr);
    void showReport(const BiasReport& report) override;
    PlotView* plot() const { return plot_; }

private:
    void draw(const BiasReport& report, const std::vector<const BiasPart*>& parts);

    PlotView* plot_;
    TextTable* table_;
};

/// The table of parts: classes or groups, in this order.
void fillParts(TextTable& table, const BiasReport& report, const std::vector<const BiasPart*>& parts, const QString& noun);

}  // namespace gaplab::ui
