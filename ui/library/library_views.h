#pragma once

#include <map>

#include <QAction>
#include <QActionGroup>
#include <QLineEdit>
#include <QMenu>
#include <QTimer>

#include "ui/library/run_edits.h"
#include "ui/library/run_layout.h"
#include "ui/library/runs_view.h"
#include "ui/models/run_filter.h"
#include "ui/models/run_table_model.h"
#include "ui/window/page.h"

namespace gaplab::ui {

/// How the table of the Library looks: columns, order and groups, how they are changed, and the views that they are saved as. The
/// store keeps them, the last look too. Names of actions: chooseColumns, group.FIELD, groupByField, openGroups, closeGroups,
/// saveView, removeView, view.NAME.
class LibraryViews : public QObject {
    Q_OBJECT
public:
    struct Parts {
        Session& session;
        RunsView& view;
        RunTableModel& model;
        RunFilter& filter;
        QLineEdit& words;
        RunEdits& edits;
    };
    /// `page`: whose children the actions are, so that the command palette finds them.
    LibraryViews(const Parts& parts, QWidget* page);
    ~LibraryViews() override;

    QAction* columns() const { return columns_; }
    QMenu* groups() const { return groups_; }
    QMenu* views() const { return views_; }

    RunLayout current() const;
    /// Widths that the layout leaves open are taken from the contents.
    void apply(const RunLayout& layout);
    /// The first rows are there: widths that were left open are taken from them.
    void fitToRows() { apply(applied_); }
    /// The last look at this store, once it is read.
    void restore();
    /// What views there are, after the store has changed.
    void readNames();
    bool isSettled() const { return restored_; }

private:
    static inline const std::string pageName = "library";  ///< as the store knows it

    void connectHeader();
    void buildGroups(QWidget* page);
    QAction* addGrouping(const QString& text, const std::string& field);
    void rebuildViews();
    void showHeaderMenu(const QPoint& place);
    void fitColumn(int column);
    void chooseColumns();
    void groupBy(const std::string& field);
    void groupByTyped();
    void hideColumn(int column);
    void saveAs();
    void removeOne();
    /// One step that can be taken back.
    void change(const QString& text, const RunLayout& after);
    void noteChange();
    void keep();
    QStringList knownFields() const;

    Parts on_;
    QWidget* page_;
    QAction* columns_;
    QMenu *groups_, *views_;
    QActionGroup* groupChoices_;
    std::map<std::string, Json> saved_;
    RunLayout applied_ = firstLayout(), settled_;
    QTimer keeper_;
    bool applying_ = false, restored_ = false;
};

}  // namespace gaplab::ui
