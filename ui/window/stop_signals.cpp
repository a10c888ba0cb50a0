#include "ui/window/stop_signals.h"

#include <array>
#include <csignal>
#include <sys/socket.h>
#include <unistd.h>

namespace gaplab::ui {
namespace {

constexpr std::array<int, 3> stopping = {SIGTERM, SIGINT, SIGHUP};
std::array<int, 2> ends = {-1, -1};  // a signal handler can reach nothing but globals

void handle(int) {
    const char byte = 1;
    // A full pipe means that a stop is on its way already.
    [[maybe_unused]] const auto written = write(ends[0], &byte, 1);
}

}  // namespace

StopSignals::StopSignals(QObject* parent) : QObject(parent) {
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0)
        qFatal("No socket pair for signals.");
    notifier_ = new QSocketNotifier(ends[1], QSocketNotifier::Read, this);
    connect(notifier_, &QSocketNotifier::activated, this, [this] {
        char bytes[16];
        while (read(ends[1], bytes, sizeof bytes) > 0) {
        }
        Q_EMIT received();
    });
    struct sigaction action {};
    action.sa_handler = handle;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    for (const int number : stopping)
        sigaction(number, &action, nullptr);
}

StopSignals::~StopSignals() {
    for (const int number : stopping)
        std::signal(number, SIG_DFL);
    notifier_->setEnabled(false);
    for (int& end : ends) {
        close(end);
        end = -1;
    }
}

}  // namespace gaplab::ui
