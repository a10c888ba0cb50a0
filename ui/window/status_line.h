#pragma once

#include <QLabel>
#include <QStatusBar>
#include <QTimer>

#include "ui/window/page.h"

namespace gaplab::ui {

/// The status bar: store, free disk, device, and what is running. Everything that may wait (disk, store) is asked on the reader's
/// thread.
class StatusLine : public QObject {
    Q_OBJECT
public:
    StatusLine(Session& session, QStatusBar& bar, QObject* parent);
    ~StatusLine() override;

private:
    void tick();
    void showRuns();
    void askDisk();
    void askDevice(qint64 run);

    Session& session_;
    QStatusBar& bar_;
    QLabel *store_, *disk_, *device_, *runs_;
    QTimer timer_;
    int ticks_ = 0;
    qint64 deviceOf_ = 0;
};

}  // namespace gaplab::ui
