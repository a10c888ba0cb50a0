#include "ui/window/run_control.h"

namespace gaplab::ui {

RunControl::RunControl(Session& session, QObject* parent) : QObject(parent), session_(session) {
    connect(&session.pump, &FeedPump::progress, this, &RunControl::take);
}

void RunControl::take(const RunProgress& progress) {
    if (progress.run == 0 || progress.state == RunState::Queued) return;
    const bool live = isLive(progress.state);
    if (!live && progress.run != run_) return;
    const qint64 run = live ? progress.run : 0;
    if (run == run_ && progress.state == state_) return;
    run_ = run;
    state_ = progress.state;
    Q_EMIT changed();
}

void RunControl::pauseOrResume() {
    send(isPaused() ? Command::Resume : Command::Pause);
}

void RunControl::send(Command command) {
    if (run_ != 0) session_.workbench.command(run_, command);
}

}  // namespace gaplab::ui
