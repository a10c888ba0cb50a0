#pragma once

#include <vector>

#include <QAction>
#include <QActionGroup>
#include <QMenuBar>
#include <QToolBar>
#include <QWidget>

namespace gaplab::ui {

/// Everything that can be done from the window: menus, tool bar, shortcuts and tests share these objects. Each action's
/// objectName is its name here; pages are "page.setup", "page.monitor", ...
class Actions : public QObject {
    Q_OBJECT
public:
    explicit Actions(QWidget* window);

    QAction *newExperiment, *openExperiment, *saveExperiment, *openStore, *openFigure, *importRuns, *exampleRuns, *quit;
    QAction *undo, *redo;
    QAction *copyJson, *clone, *find, *palette;
    QAction* fullScreen;
    QAction *check, *start, *pause, *stop, *stopAfterEpoch;
    QAction *settings, *about;
    QActionGroup* pages;    ///< checkable, in the order of the rail
    QList<QAction*> docks;  ///< checkable: what shows and hides them

    void addPage(const QString& key, const QString& title);
    QAction* page(const QString& key) const;
    /// All of them, as the menus have them.
    QList<QAction*> all() const;
    void fillMenus(QMenuBar& bar) const;
    void fillToolBar(QToolBar& bar) const;

private:
    QAction* add(const QString& name, const QString& iconName, const QString& text, const QKeySequence& shortcut,
                 const QString& help);
    void addFileActions();
    void addRunActions();

    QWidget* window_;
};

}  // namespace gaplab::ui
