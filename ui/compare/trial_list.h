#pragma once

#include <set>

#include <QTreeWidget>

#include "ui/compare/comparison_data.h"
#include "ui/compare/trial_colors.h"

namespace gaplab::ui {

/// The compared runs grouped into trials, with the line that each is drawn by; a check mark shows or hides the line.
class TrialList : public QTreeWidget {
    Q_OBJECT
public:
    explicit TrialList(TrialColors& colors, QWidget* parent = nullptr);

    void setTrials(const std::vector<ComparedTrial>& trials);
    const std::set<int64_t>& hiddenRuns() const { return hidden_; }
    void setHiddenRuns(std::set<int64_t> runs) { hidden_ = std::move(runs); }
    /// The selected trials' runs and the selected runs.
    std::vector<int64_t> selectedRuns() const;
    /// Of the selected trial or run; empty: nothing is selected.
    std::string selectedTrial() const;

Q_SIGNALS:
    void visibilityChanged();

protected:
    void changeEvent(QEvent* event) override;

private:
    void addTrial(const ComparedTrial& trial, bool baseline);
    void takeChecks(QTreeWidgetItem* item);

    TrialColors& colors_;
    std::vector<ComparedTrial> trials_;
    std::set<int64_t> hidden_;
};

}  // namespace gaplab::ui
