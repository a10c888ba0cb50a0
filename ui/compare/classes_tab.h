#pragma once

#include "ui/compare/answer_view.h"
#include "ui/compare/trial_colors.h"

class QStandardItemModel;
class QTableView;

namespace gaplab::ui {

class PlotView;

/// The gap of each class at the last evaluation, of every trial, and where it differs from that of the baseline. Names of
/// widgets: classPlot, classTable.
class ClassesTab : public AnswerView {
    Q_OBJECT
public:
    explicit ClassesTab(TrialColors& colors, QWidget* parent = nullptr);

    void showAnswer(const CompareAnswer& answer) override;
    PlotView* plot() const { return plot_; }

private:
    void draw(const CompareAnswer& answer, const QStringList& names);
    void fillTable(const CompareAnswer& answer, const QStringList& names);

    TrialColors& colors_;
    PlotView* plot_;
    QStandardItemModel* model_;
    QTableView* table_;
};

/// The gap of one class in the finished runs of a trial, by seed, in points.
std::vector<std::pair<uint64_t, double>> classGaps(const ComparedTrial& trial, int number);

}  // namespace gaplab::ui
