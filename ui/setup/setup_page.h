#pragma once

#include <map>

#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QTimer>

#include "ui/setup/draft.h"
#include "ui/setup/draft_keeper.h"
#include "ui/setup/experiment_form.h"
#include "ui/setup/gap_warnings.h"
#include "ui/setup/live_audit.h"
#include "ui/setup/live_inspection.h"
#include "ui/setup/preview_panel.h"
#include "ui/setup/run_choices.h"
#include "ui/setup/stage_bar.h"
#include "ui/setup/sweep_dialog.h"
#include "ui/setup/sweep_summary.h"
#include "ui/window/page.h"

namespace gaplab::ui {

/// Sets up an experiment, or a sweep of it: the form, what it amounts to, and [Start]. Names of widgets: start, check, problems,
/// json, stage, status; every field by its path in the document. Actions: sweepField, showSweep, auditData.
class SetupPage : public Page {
    Q_OBJECT
public:
    explicit SetupPage(Session& session, QWidget* parent = nullptr);
    ~SetupPage() override;

    QString key() const override { return QStringLiteral("setup"); }
    QString title() const override { return tr("Set-up"); }
    void activate() override;
    bool isSettled() const override {
        return keeper_->isSettled() && !validation_.isActive() && inspection_->isIdle() && audits_->isIdle() && sweep_->isIdle();
    }

    const Json& document() const { return draft_.document(); }
    /// Works on this document from now on; the one before stays among the stored drafts. `sweep`: path -> values.
    void showDocument(const Json& document, const std::map<std::string, std::string>& sweep = {});
    /// The quick-start experiment.
    void newExperiment();
    /// Says in the message bar why a file cannot be read.
    void openFile(const QString& file);
    void saveFile(const QString& file);
    /// Queues the experiment; with problems, shows them instead. A sweep is first shown as the runs it comes to.
    void start();
    void showSweep();
    void check();
    /// Looks at the data of what is shown, and shows what is found.
    void audit();
    bool canUndo() const override { return draft_.canUndo(); }
    bool canRedo() const override { return draft_.canRedo(); }
    void undo() override;
    void redo() override;

private:
    QWidget* makeBar();
    void connectFeed();
    void connectInspection();
    void documentChanged();
    void validateNow();
    void showStage(const QString& stage);
    void showInspected();
    void focusProblem(const QString& path);
    void takeRejection(qint64 submission, const Json& error);
    void takeSubmission(qint64 submission, const std::vector<int64_t>& runs, const std::vector<int64_t>& done);
    void submit(const std::vector<Json>& documents, SubmitOptions options);
    void makeActions();
    void toggleSweepOfField();
    void offerPaths();
    void showPreparation(const RunProgress& progress);

    Session& session_;
    Draft draft_;
    DraftKeeper* keeper_;
    LiveInspection* inspection_;
    LiveAudit* audits_;
    RunChoices* runs_;
    QTimer validation_;
    QSplitter* columns_;
    ExperimentForm* form_ = nullptr;
    PreviewPanel* preview_;
    StageBar* stages_;
    QPushButton* start_;
    QLabel* status_;
    SweepFollower* sweep_;
    std::vector<Problem> problems_, warnings_;
    TimedEpoch timed_;
    Json profiles_;
    std::vector<std::vector<std::string>> adaptations_;
    ImageCounts images_;
    std::vector<Baseline> baselines_;
    std::map<qint64, Json> preparing_;  ///< submissions of this page that are on their way, with the draft as it was
};

/// The embedded quick-start experiment.
Json quickStart();

}  // namespace gaplab::ui
