#pragma once

#include "ui/compare/answer_view.h"
#include "ui/compare/run_measures.h"
#include "ui/compare/trial_colors.h"

class QCheckBox;
class QComboBox;

namespace gaplab::ui {

class PlotView;

/// Two measures of the trials against each other: a point a run, the mean of each trial with its intervals, and the trials that
/// no other one is better than in both. Names of widgets: tradeX, tradeY, tradeLog, tradePlot.
class TradeOffTab : public AnswerView {
    Q_OBJECT
public:
    explicit TradeOffTab(TrialColors& colors, QWidget* parent = nullptr);

    void showAnswer(const CompareAnswer& answer) override;
    PlotView* plot() const { return plot_; }

private:
    /// The mean of a trial.
    struct Place {
        QString label;
        double x = 0, y = 0;
    };

    void offer(const std::vector<RunMeasure>& measures);
    void takeX();
    void draw();
    std::optional<Place> addTrial(size_t trial, const RunMeasure& x, const RunMeasure& y);
    void addBar(const QString& id, const Ink& ink, QPointF from, QPointF to);
    void addFrontier(std::vector<Place> places, const RunMeasure& x, const RunMeasure& y);
    const RunMeasure& chosen(const QComboBox* combo) const;

    TrialColors& colors_;
    const CompareAnswer* shown_ = nullptr;
    std::vector<RunMeasure> measures_;
    QComboBox *x_, *y_;
    QCheckBox* logarithmic_;
    PlotView* plot_;
};

/// Which of these points no other one beats: at least as good in both, and better in one. `better`: 1 where more is better, -1
/// where less is.
std::vector<size_t> frontier(const std::vector<QPointF>& points, int betterX, int betterY);

}  // namespace gaplab::ui
