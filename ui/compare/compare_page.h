#pragma once

#include <optional>

#include "core/run/add_seeds.h"
#include "ui/compare/comparison_data.h"
#include "ui/compare/trial_colors.h"
#include "ui/window/page.h"

class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;
class QTabWidget;

namespace gaplab::ui {

class AnswerView;
class ClassesTab;
class ConfigDiffModel;
class CurvesTab;
class SeedAdder;
class SideBySideTab;
class TradeOffTab;
class TrialList;
class TrialTableModel;

/// Runs side by side, grouped into trials: their curves, what their documents differ in, and what they reached. Names of widgets:
/// trials, addRuns, removeRuns, setBaseline, addSeeds, compareTabs, series, comparePlot, diffTable, trialTable, notComparable.
class ComparePage : public Page {
    Q_OBJECT
public:
    explicit ComparePage(Session& session, QWidget* parent = nullptr);

    QString key() const override { return QStringLiteral("compare"); }
    QString title() const override { return tr("Compare"); }
    void activate() override;
    /// "curves", "table", "trade-off", "parallel", "classes", "differences", "lineage", "side-by-side"
    bool showView(const QString& name) override;
    qint64 selectedRun() const override;
    bool isSettled() const override;

    FigureView figureView() const override;
    void openFigure(const FigureView& view) override;

    /// Shows these runs. A single run joins those that are here already.
    void showRuns(const std::vector<int64_t>& runs) override;
    const std::vector<int64_t>& runs() const { return runs_; }

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* buildSide();
    QWidget* buildTabs();
    QTableView* buildTable(const QString& name, const QString& text, QAbstractItemModel* model);
    QPushButton* addButton(const QString& name, const QString& iconName, const QString& text, void (ComparePage::*call)());
    void refresh();
    void takeAnswer(CompareAnswer answer);
    void showCurrentView();
    void showWarning();
    /// Once, where nothing was chosen: the finished runs of the two newest trials.
    void proposeRuns();
    void chooseRuns();
    void addRuns(const std::vector<int64_t>& runs);
    void removeSelected();
    void setBaseline();
    void askSeedPlan();
    void addSeeds(const SeedPlan& plan);
    void updateButtons();

    Session& session_;
    TrialColors colors_;
    std::vector<int64_t> runs_;
    std::string baseline_;
    int64_t looks_ = 1;  ///< that these runs are looked at while seeds are added
    CompareAnswer answer_;
    std::optional<FigureView> opening_;  ///< a figure that is not drawn yet
    bool chosen_ = false;                ///< somebody has chosen runs, or the page has
    bool pending_ = false, stale_ = false;

    QStackedWidget* stack_;
    TrialList* trials_;
    CurvesTab* curves_;
    TradeOffTab* tradeOff_;
    ClassesTab* classes_;
    SideBySideTab* sideBySide_;
    std::vector<AnswerView*> views_;  ///< those that show the answer once they are in sight
    std::set<AnswerView*> unseen_;    ///< that have not shown the latest one
    ConfigDiffModel* differences_;
    TrialTableModel* figures_;
    SeedAdder* seeds_;
    QTabWidget* tabs_ = nullptr;
    QTableView *differenceView_ = nullptr, *figureView_ = nullptr;
    QLabel *warning_ = nullptr, *same_ = nullptr, *rules_ = nullptr;
    QPushButton *add_ = nullptr, *remove_ = nullptr, *setBaseline_ = nullptr, *addSeeds_ = nullptr;
};

}  // namespace gaplab::ui
