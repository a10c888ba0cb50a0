#pragma once

#include <vector>

#include "ui/library/library_reading.h"
#include "ui/library/library_views.h"
#include "ui/library/run_edits.h"
#include "ui/library/runs_view.h"
#include "ui/library/spark_lines.h"
#include "ui/models/run_filter.h"
#include "ui/models/run_table_model.h"
#include "ui/window/page.h"

class QAction;
class QLabel;
class QStackedWidget;
class QToolBar;

namespace gaplab::ui {

class QueryEdit;

/// Every run of the store as a table, with what can be done with the selected ones. Names of widgets: runs, filter, trash, and
/// the actions openMonitor, compareRuns, cloneRun, resumeRun, renameRun, tagRuns, noteRun, moveRuns, deleteRuns, restoreRuns,
/// exportRuns, purgeRuns, saveCompareSet, openCompareSet, storeHealth; filterProblem; see LibraryViews for those of columns,
/// groups and views.
class LibraryPage : public Page {
    Q_OBJECT
public:
    explicit LibraryPage(Session& session, QWidget* parent = nullptr);

    QString key() const override { return QStringLiteral("library"); }
    QString title() const override { return tr("Library"); }
    void activate() override;
    qint64 selectedRun() const override;
    bool isSettled() const override { return !pending_ && views_->isSettled(); }
    bool canUndo() const override { return edits_.canUndo(); }
    bool canRedo() const override { return edits_.canRedo(); }
    void undo() override { edits_.undo(); }
    void redo() override { edits_.redo(); }

    /// These runs were taken over from elsewhere: one step that can be undone.
    void addImported(const std::vector<int64_t>& runs) { edits_.addImported(runs); }
    /// What is done to stored runs from elsewhere in the window is taken back here too.
    RunEdits& edits() { return edits_; }
    /// Puts the cursor into the filter line.
    void findRun();

private:
    void buildTable();
    QWidget* buildContent();
    void buildActions();
    QAction* addCommand(const QString& name, const QString& iconName, const QString& text, const QKeySequence& shortcut,
                        void (LibraryPage::*call)());
    /// In the menu "More" and in the command palette.
    QAction* addHidden(const QString& name, const QString& iconName, const QString& text, const QString& help,
                       void (LibraryPage::*call)());

    void refresh();
    void takeRuns(LibraryReading reading);
    void showTrash(bool trash);
    void updateActions();
    void updateCount();

    std::vector<const RunRow*> selected() const;
    void openSelected();
    void compareSelected();
    void cloneSelected();
    void resumeSelected();
    void renameSelected();
    void deleteSelected();
    void restoreSelected();
    void tagSelected();
    void noteSelected();
    void moveSelected();
    void purgeSelected();
    void saveCompareSet();
    void openCompareSet();
    void showHealth();
    void exportSelected();
    QStringList valuesOf(const QString& field) const;

    Session& session_;
    RunEdits edits_;
    RunTableModel* model_;
    RunFilter* filter_;
    QStackedWidget* stack_;
    RunsView* view_;
    QueryEdit* words_;
    QLabel* problem_;
    QToolBar* tools_;
    QLabel* count_;
    QMenu* more_;
    SparkLines* sparks_;
    LibraryViews* views_;
    QAction *open_ = nullptr, *compare_ = nullptr, *clone_ = nullptr, *resume_ = nullptr, *rename_ = nullptr, *delete_ = nullptr,
            *restore_ = nullptr, *trash_ = nullptr, *tag_ = nullptr, *note_ = nullptr, *move_ = nullptr, *purge_ = nullptr,
            *saveSet_ = nullptr, *export_ = nullptr;
    std::vector<std::string> folders_;  ///< of the store, empty ones too
    std::shared_ptr<LibraryScan> scan_ = std::make_shared<LibraryScan>();
    bool pending_ = false, stale_ = true;
};

}  // namespace gaplab::ui
