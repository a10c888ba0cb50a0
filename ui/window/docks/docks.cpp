#include "ui/window/docks/docks.h"

#include <QAction>
#include <QApplication>

#include "ui/window/docks/inspector_panel.h"
#include "ui/window/docks/log_panel.h"
#include "ui/window/docks/queue_panel.h"

namespace gaplab::ui {
namespace {

/// Pages do not say when another run is selected; asking is cheap.
constexpr int followEveryMilliseconds = 200;

/// The first widget inside that takes the keyboard.
void giveKeyboard(QWidget* content) {
    for (QWidget* widget : content->findChildren<QWidget*>())
        if (widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus))
            return widget->setFocus(Qt::ShortcutFocusReason);
}

}  // namespace

Docks::Docks(QMainWindow* window)
    : QObject(window),
      window_(window),
      queue_(add("dock.queue", tr("Queue"), Qt::BottomDockWidgetArea, "showQueue", Qt::CTRL | Qt::SHIFT | Qt::Key_Q)),
      log_(add("dock.log", tr("Log"), Qt::BottomDockWidgetArea, "showLog", Qt::CTRL | Qt::SHIFT | Qt::Key_L)),
      inspectorDock_(
          add("dock.inspector", tr("Inspector"), Qt::RightDockWidgetArea, "showInspector", Qt::CTRL | Qt::SHIFT | Qt::Key_I)) {
    window->tabifyDockWidget(queue_, log_);
    for (QDockWidget* dock : {queue_, log_, inspectorDock_})
        dock->hide();
    timer_.setInterval(followEveryMilliseconds);
    connect(&timer_, &QTimer::timeout, this, &Docks::follow);
    timer_.start();
}

QDockWidget* Docks::add(const QString& name, const QString& title, Qt::DockWidgetArea area, const QString& actionName,
                        const QKeySequence& keys) {
    auto* dock = new QDockWidget(title, window_);
    dock->setObjectName(name);
    dock->setAccessibleName(title);
    window_->addDockWidget(area, dock);
    QAction* action = dock->toggleViewAction();
    action->setObjectName(actionName);
    action->setShortcut(keys);
    action->setStatusTip(tr("Show or hide this dock"));
    connect(action, &QAction::triggered, dock, [dock](bool shown) {
        if (!shown || !dock->widget()) return;
        dock->raise();
        giveKeyboard(dock->widget());
    });
    window_->addAction(action);
    actions_ << action;
    return dock;
}

void Docks::open(Session& session, RunEdits& edits, std::function<qint64()> current) {
    current_ = std::move(current);
    auto* queue = new QueuePanel(session, edits);
    connect(queue, &QueuePanel::showRun, this, &Docks::showRun);
    queue_->setWidget(queue);
    log_->setWidget(new LogPanel);
    inspector_ = new InspectorPanel(session, edits);
    inspectorDock_->setWidget(inspector_);
}

void Docks::clear() {
    inspector_ = nullptr;
    current_ = nullptr;
    for (QDockWidget* dock : {queue_, log_, inspectorDock_})
        delete dock->widget();
}

void Docks::follow() {
    if (!inspector_ || !inspector_->isVisible() || !current_) return;
    // A page without a selection, or a click into the dock itself, leaves the run that is shown.
    if (const qint64 run = current_(); run != 0) inspector_->showRun(run);
}

bool Docks::haveFocus() const {
    const QWidget* focused = QApplication::focusWidget();
    for (const QDockWidget* dock : {queue_, log_, inspectorDock_})
        if (focused && dock->isAncestorOf(focused)) return true;
    return false;
}

}  // namespace gaplab::ui
