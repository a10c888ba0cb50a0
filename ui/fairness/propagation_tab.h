#pragma once

#include "ui/fairness/report_view.h"

class QComboBox;
class QLabel;

namespace gaplab::ui {

class PlotView;
class TextTable;

/// Where the teacher is weak, and where the student lost. Names of widgets: propagationOver, propagationPlot, propagationTable,
/// propagationWords.
class PropagationTab : public ReportView {
    Q_OBJECT
public:
    explicit PropagationTab(QWidget* parent = nullptr);
    void showReport(const BiasReport& report) override;
    PlotView* plot() const { return plot_; }

private:
    void draw();

    const BiasReport* shown_ = nullptr;
    QWidget* chooser_ = nullptr;
    QComboBox* over_;
    PlotView* plot_;
    TextTable* table_;
    QLabel* words_;
};

}  // namespace gaplab::ui
