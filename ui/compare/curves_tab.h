#pragma once

#include <QWidget>

#include "ui/compare/comparison_data.h"
#include "ui/compare/trial_colors.h"

class QCheckBox;
class QComboBox;
class QHBoxLayout;

namespace gaplab::ui {

class PlotView;

/// One series of all compared runs in one plot: a line a run, and where a trial has several their mean with what is around it.
/// Names of widgets: series, curveX, curveZero, curveSpread, curveSeeds, curveDifference, comparePlot.
class CurvesTab : public QWidget {
    Q_OBJECT
public:
    explicit CurvesTab(TrialColors& colors, QWidget* parent = nullptr);

    /// What is chosen, without what is hidden.
    CurveView view() const;
    void show(CompareAnswer& answer);
    /// The series that is chosen.
    std::string series() const { return series_; }
    /// What is chosen here, as words that are the same in every language, and what such words choose: before the next `show`.
    std::map<std::string, std::string> choices() const;
    void choose(const std::map<std::string, std::string>& choices);
    PlotView* plot() const { return plot_; }

Q_SIGNALS:
    /// Something else is to be drawn.
    void viewChanged();

private:
    QComboBox* addChoice(QHBoxLayout& row, const QString& name, const QString& label);
    QCheckBox* addCheck(QHBoxLayout& row, const QString& name, const QString& label);
    void offerSeries(const std::set<std::string>& names);
    void addTrial(const ComparedTrial& trial, DrawnCurves::Trial& lines);
    void addRuns(const ComparedTrial& trial, DrawnCurves::Trial& lines);
    void addSpread(const ComparedTrial& trial, DrawnCurves::Trial& lines);
    void showSentence(const CompareAnswer& answer);
    QString seriesText() const;

    TrialColors& colors_;
    std::string series_;
    CurveView drawn_;  ///< what the ranges of the plot belong to
    QComboBox *choice_, *x_ = nullptr, *zero_ = nullptr, *spread_ = nullptr;
    QCheckBox *seeds_ = nullptr, *difference_ = nullptr;
    PlotView* plot_;
};

}  // namespace gaplab::ui
