#pragma once

#include <QCheckBox>
#include <QDialog>
#include <QPushButton>
#include <QTableView>

#include "ui/feed/store_reader.h"
#include "ui/forms/form_grid.h"
#include "ui/setup/sweep_model.h"

namespace gaplab::ui {

/// What a timed check has told of a document.
struct TimedEpoch {
    Json document;
    double seconds = 0;  ///< an epoch; 0: nothing
};

/// Every experiment of a sweep with its time and its disk, before anything is queued. Names of widgets: sweepMembers, sweepTotal,
/// sweepAgain, sweepStart, sweepCancel.
class SweepDialog : public QDialog {
    Q_OBJECT
public:
    SweepDialog(StoreReader& reader, const Json& document, const Json& sweep, TimedEpoch timed, QWidget* parent);

Q_SIGNALS:
    /// In the order of the command line. `again`: also what is finished in the store.
    void chosen(const std::vector<gaplab::Json>& documents, bool again);

private:
    void takePlan(const SweepPlan& plan);
    void start();
    QString totalText(const SweepPlan& plan) const;

    SweepModel* model_;
    QTableView* view_;
    NoteLabel *total_, *problem_;
    QCheckBox* again_;
    QPushButton* start_;
    bool planned_ = false;
};

}  // namespace gaplab::ui
