#pragma once

#include <optional>

#include "core/run/bias.h"
#include "ui/window/page.h"

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTabWidget;

namespace gaplab::ui {

class ExemplarsTab;
class PartsTab;
class PropagationTab;
class ReportView;

/// What a run does to classes and groups, what its teacher passed on, and what may help. Names of widgets: biasRun, biasBaseline,
/// biasTeacher, biasSplit, biasExport, biasSummary, biasWarnings, biasTabs, biasLimits.
class FairnessPage : public Page {
    Q_OBJECT
public:
    explicit FairnessPage(Session& session, QWidget* parent = nullptr);

    QString key() const override { return QStringLiteral("fairness"); }
    QString title() const override { return tr("Bias report"); }
    void activate() override;
    /// "classes", "groups", "propagation", "confusion", "images", "remedies", "limits"
    bool showView(const QString& name) override;
    /// The first of them, as long as it is listed.
    void showRuns(const std::vector<int64_t>& runs) override;
    qint64 selectedRun() const override { return run_; }
    bool isSettled() const override;

    /// Null while there is none.
    const BiasReport* report() const { return report_ ? &*report_ : nullptr; }
    /// Writes the report as all its kinds of files; a message tells when that is done, or why it is not.
    void writeInto(const QString& folder);

Q_SIGNALS:
    /// Ask for a draft of this document with one field swept over values, as behind --sweep PATH=.
    void openSweep(const gaplab::Json& document, const std::string& path, const std::string& values);

private:
    QWidget* buildBar();
    QWidget* buildTabs();
    void addView(ReportView* view, const char* name, const QString& text);
    void listRuns();
    void takeRuns(const std::vector<RunRow>& rows);
    void ask();
    void takeReport(std::optional<BiasReport> report, const QString& problem);
    void showCurrentView();
    void offerTeachers(const std::vector<std::string>& teachers);
    void tryRemedy(const BiasMitigation& remedy);
    void askForFolder();

    Session& session_;
    qint64 run_ = 0, wanted_ = 0;
    std::optional<BiasReport> report_;
    std::vector<ReportView*> views_, unseen_;
    bool pending_ = false, stale_ = false, listing_ = false;

    QStackedWidget* stack_;
    QComboBox *runs_ = nullptr, *baselines_ = nullptr, *teachers_ = nullptr, *splits_ = nullptr;
    QPushButton* export_ = nullptr;
    QLabel *summary_ = nullptr, *warnings_ = nullptr, *limits_ = nullptr;
    QTabWidget* tabs_ = nullptr;
    PartsTab* classes_ = nullptr;
    PropagationTab* propagation_ = nullptr;
    ExemplarsTab* exemplars_ = nullptr;
};

}  // namespace gaplab::ui
