#pragma once

#include <QObject>

#include "ui/window/page.h"

namespace gaplab::ui {

/// The run that is live in this process, and what may be asked of it: what the actions of the Run menu stand for.
class RunControl : public QObject {
    Q_OBJECT
public:
    RunControl(Session& session, QObject* parent);

    /// 0: none.
    qint64 run() const { return run_; }
    bool isPaused() const { return state_ == RunState::Paused; }
    void pauseOrResume();
    void stop() { send(Command::StopAfterStep); }
    void stopAfterEpoch() { send(Command::StopAfterEpoch); }

Q_SIGNALS:
    void changed();

private:
    void take(const RunProgress& progress);
    void send(Command command);

    Session& session_;
    qint64 run_ = 0;
    RunState state_ = RunState::Queued;
};

}  // namespace gaplab::ui
