#pragma once

#include "ui/compare/answer_view.h"
#include "ui/compare/parallel_plot.h"
#include "ui/compare/run_measures.h"
#include "ui/compare/trial_colors.h"

class QCheckBox;
class QListWidget;
class QMenu;
class QStandardItemModel;
class QTableView;
class QToolButton;

namespace gaplab::ui {

/// What the trials differ in and what they reached, as parallel coordinates; the table below holds the lines that are brushed.
/// Names of widgets: parallelPlot, parallelAxes, parallelSeeds, parallelTable.
class ParallelTab : public AnswerView {
    Q_OBJECT
public:
    explicit ParallelTab(TrialColors& colors, QWidget* parent = nullptr);

    void showAnswer(const CompareAnswer& answer) override;

private:
    /// What an axis can show.
    struct Source {
        std::string key;  ///< path of a field, or key of a measure
        QString title;
        const Difference* difference = nullptr;  ///< of a field
        const RunMeasure* measure = nullptr;
    };
    /// A run, or a trial with all its runs.
    struct Row {
        size_t trial = 0;
        std::vector<FinishedRun> runs;
        QString name;
        int place = 0;  ///< of the run in its trial
    };

    std::vector<Source> sources() const;
    std::vector<Row> rows() const;
    bool isShown(const Source& source) const;
    void offerAxes();
    void draw();
    ParallelAxis axisOf(const Source& source, const std::vector<Row>& rows, std::vector<std::optional<double>>& values) const;
    void fillTable();

    TrialColors& colors_;
    const CompareAnswer* answer_ = nullptr;
    std::vector<RunMeasure> measures_;
    std::map<std::string, bool> chosen_;  ///< axes that a person has chosen or taken away
    ParallelPlot* plot_;
    QToolButton* axes_;
    QMenu* menu_;
    QCheckBox* seeds_;
    QStandardItemModel* model_;
    QTableView* table_;
};

}  // namespace gaplab::ui
