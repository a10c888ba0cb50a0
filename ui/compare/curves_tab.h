#pragma once

#include <QWidget>

#include "ui/compare/comparison_data.h"
#include "ui/compare/trial_colors.h"

class QComboBox;

namespace gaplab::ui {

class PlotView;

/// One series of all compared runs in one plot: a line a run, and the mean where a trial has several.
class CurvesTab : public QWidget {
    Q_OBJECT
public:
    explicit CurvesTab(TrialColors& colors, QWidget* parent = nullptr);

    void show(const CompareAnswer& answer, const std::set<int64_t>& hidden);
    /// The series that is chosen.
    std::string series() const { return series_; }
    PlotView* plot() const { return plot_; }

Q_SIGNALS:
    void seriesChosen();

private:
    void offerSeries(const std::set<std::string>& names);
    QString addTrial(const CompareAnswer& answer, const CompareAnswer::Trial& trial, const std::set<int64_t>& hidden);
    void addLine(const QString& id, const std::vector<Point>& points, const SeriesStyle& style);

    TrialColors& colors_;
    std::string series_, drawn_;
    QComboBox* choice_;
    PlotView* plot_;
};

}  // namespace gaplab::ui
