#include "app/cli_signals.h"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <unistd.h>

#include <fmt/format.h>

namespace gaplab::cli {
namespace {

std::atomic<int> requests = 0;
std::atomic<bool> atOnceNow = false;
std::atomic<bool> jsonWanted = false;

void tell(int descriptor, std::string_view text) {
    // Nothing can be done about a failure here: the program ends with the next line.
    [[maybe_unused]] const auto written = write(descriptor, text.data(), text.size());
}

/// Only what a signal handler may do.
extern "C" void onStop(int) {
    ++requests;
    if (!atOnceNow) return;
    if (jsonWanted)
        tell(STDOUT_FILENO,
             R"({"error":{"fault":"stopped","hint":"","message":"Stopped before anything was stored.","problems":[]}})"
             "\n");
    else
        tell(STDERR_FILENO, "\ngaplab-cli: Stopped before anything was stored.\n");
    std::_Exit(130);
}

void handle(int signal) {
    struct sigaction action {};
    action.sa_handler = onStop;
    action.sa_flags = SA_RESTART;
    sigaction(signal, &action, nullptr);
}

}  // namespace

void watchForStop() {
    handle(SIGINT);
    handle(SIGTERM);
    struct sigaction now {};
    sigaction(SIGHUP, nullptr, &now);
    if (now.sa_handler != SIG_IGN) handle(SIGHUP);  // nohup means it
}

int stopRequests() {
    return requests;
}

void endAtOnce(bool atOnce, bool json) {
    jsonWanted = json;
    atOnceNow = atOnce;
}

StopOnSignal::StopOnSignal() {
    watchForStop();
    watcher_ = std::jthread([this](const std::stop_token& done) {
        while (!done.stop_requested()) {
            if (stopRequests() > 0) source_.request_stop();
            if (stopRequests() > 1) std::_Exit(130);
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    });
}

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() {
    if (terminal_) std::cerr << "\r\x1b[K" << std::flush;
}

std::function<void(const std::string&, double)> ProgressLine::teller() const {
    if (!terminal_) return {};
    return [](const std::string& what, double fraction) {
        std::cerr << fmt::format("\r\x1b[K{} {:.0f} %", what, 100 * fraction) << std::flush;
    };
}

}  // namespace gaplab::cli
