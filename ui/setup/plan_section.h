#pragma once

#include "ui/forms/form_grid.h"
#include "ui/forms/section.h"
#include "ui/setup/baselines_box.h"
#include "ui/setup/sweep_box.h"

namespace gaplab::ui {

/// Run plan: seeds, training and evaluation.
class PlanSection : public Section {
    Q_OBJECT
public:
    explicit PlanSection(const SetupContext& context, QWidget* parent = nullptr);
    SweepBox* sweep() const { return sweep_; }
    BaselinesBox* baselines() const { return baselines_; }

private:
    QWidget* makeSeeds();
    QWidget* makeEvaluation();
    void refresh();

    SetupContext context_;
    NoteLabel* seedsNote_;
    SweepBox* sweep_;
    BaselinesBox* baselines_;
};

}  // namespace gaplab::ui
