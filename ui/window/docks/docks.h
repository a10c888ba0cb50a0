#pragma once

#include <functional>

#include <QDockWidget>
#include <QMainWindow>
#include <QTimer>

#include "ui/library/run_edits.h"
#include "ui/window/page.h"

namespace gaplab::ui {

class InspectorPanel;

/// The docks of the window: Queue and Log below, Inspector on the right; all closed at first. objectNames: dock.queue, dock.log,
/// dock.inspector, and showQueue, showLog, showInspector of the actions.
class Docks : public QObject {
    Q_OBJECT
public:
    explicit Docks(QMainWindow* window);

    QList<QAction*> actions() const { return actions_; }
    /// Fills the docks for a store. `current` tells the run that the person is at, 0: none.
    void open(Session& session, RunEdits& edits, std::function<qint64()> current);
    /// Nothing of the session is used any more.
    void clear();
    /// The keyboard is in one of them.
    bool haveFocus() const;

Q_SIGNALS:
    void showRun(qint64 run);

private:
    QDockWidget* add(const QString& name, const QString& title, Qt::DockWidgetArea area, const QString& actionName,
                     const QKeySequence& keys);
    void follow();

    QMainWindow* window_;
    QList<QAction*> actions_;
    QDockWidget *queue_, *log_, *inspectorDock_;
    InspectorPanel* inspector_ = nullptr;
    std::function<qint64()> current_;
    QTimer timer_;
};

}  // namespace gaplab::ui
