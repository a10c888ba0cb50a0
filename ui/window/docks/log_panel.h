#pragma once

#include <QListView>
#include <QTimer>
#include <QWidget>

#include "ui/window/docks/log_model.h"

namespace gaplab::ui {

/// The program's log, from a level on, to be read and copied. Names of widgets: log, log.level, log.copy.
class LogPanel : public QWidget {
    Q_OBJECT
public:
    explicit LogPanel(QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void takeLines();
    /// The selected lines, or all where none is.
    void copy();

    LogModel* model_;
    QListView* view_;
    QTimer timer_;
    bool follow_ = true;  ///< the latest line is shown, until a person scrolls away from it
};

}  // namespace gaplab::ui
