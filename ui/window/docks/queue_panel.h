#pragma once

#include <QAction>
#include <QLabel>
#include <QPushButton>
#include <QTableView>

#include "ui/library/run_edits.h"
#include "ui/window/docks/queue_model.h"
#include "ui/window/page.h"

namespace gaplab::ui {

/// The queue as the store has it.
struct StoredQueue {
    std::vector<int64_t> order;
    std::vector<RunRow> rows;  ///< of those, and of what runs here
};

/// What runs and waits, in order; waiting runs can be moved and taken out. Names of widgets: queue, queue.left, queue.again,
/// queue.forget; actions: queue.up, queue.down, queue.remove, queue.show.
class QueuePanel : public QWidget {
    Q_OBJECT
public:
    QueuePanel(Session& session, RunEdits& edits, QWidget* parent = nullptr);

Q_SIGNALS:
    void showRun(qint64 run);

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeBar();
    QWidget* makeLeftBar();
    QAction* addCommand(const QString& name, const QString& iconName, const QString& text, const QKeySequence& keys,
                        void (QueuePanel::*call)());
    void refresh();
    void take(const StoredQueue& stored);
    void updateActions();
    const QueueEntry* chosen() const;
    void moveUp() { moveBy(-1); }
    void moveDown() { moveBy(1); }
    void moveBy(int places);
    void moveTo(int64_t run, size_t place);
    void removeChosen();
    void showChosen();

    Session& session_;
    RunEdits& edits_;
    QueueModel* model_;
    QTableView* view_;
    QAction *up_, *down_, *remove_, *show_;
    QWidget* leftBar_ = nullptr;
    QLabel* leftText_ = nullptr;
    std::vector<int64_t> left_;  ///< runs that waited when their process ended, in their order
    int64_t chosen_ = 0;
    bool pending_ = false, stale_ = false;
};

}  // namespace gaplab::ui
