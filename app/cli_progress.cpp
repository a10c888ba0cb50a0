#include "app/cli_progress.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "app/cli_text.h"

namespace gaplab::cli {
namespace {

constexpr size_t barWidth = 20;
constexpr std::string_view accuracySuffix = "/validation/accuracy";

std::string bar(double fraction) {
    const auto full = static_cast<size_t>(std::lround(std::clamp(fraction, 0.0, 1.0) * barWidth));
    return fmt::format("[{:#>{}}{:.>{}}]", "", full, "", barWidth - full);
}

size_t terminalWidth() {
    winsize window{};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0 ? window.ws_col : 80;
}

void append(std::string& text, const std::string& part) {
    if (!part.empty()) text.append(text.empty() ? "" : "  ").append(part);
}

double fractionOf(const RunProgress& progress) {
    if (progress.fraction >= 0) return progress.fraction;
    return progress.steps > 0 ? static_cast<double>(progress.step) / static_cast<double>(progress.steps) : 0.0;
}

}  // namespace

std::string progressFacts(const RunProgress& progress) {
    std::string text;
    if (progress.epochs > 0) append(text, fmt::format("epoch {:.1f}/{:g}", progress.epoch, progress.epochs));
    if (progress.imagesPerSecond > 0) append(text, grouped(std::llround(progress.imagesPerSecond)) + " images/s");
    if (progress.secondsLeft >= 0) append(text, duration(progress.secondsLeft) + " left");
    append(text, progress.detail);
    return text;
}

std::string accuracyFacts(const std::vector<std::string>& roles, const std::map<std::string, double>& accuracy) {
    std::string text;
    for (const std::string& role : roles) {
        if (role.ends_with("_ema") || role.starts_with("gap:")) continue;  // one line is short; `show` has them all
        append(text,
               role == "gap" ? fmt::format("gap {} points", points(accuracy.at(role))) : role + " " + percent(accuracy.at(role)));
    }
    return text;
}

ProgressDisplay::ProgressDisplay(bool terminal) : terminal_(terminal) {}

void ProgressDisplay::take(const FeedItem& item) {
    Run& run = runs_[item.run];
    switch (item.kind) {
        case FeedItem::Kind::Point: return takePoint(run, item);
        case FeedItem::Kind::Progress: return takeProgress(run, item);
        case FeedItem::Kind::Event:
            if (item.event.level != "info") say(title(run) + ": " + item.event.text);
            return;
        case FeedItem::Kind::Submitted:
            order_.insert(order_.end(), item.runs.begin(), item.runs.end());
            for (const int64_t done : item.done)
                say(fmt::format("Run {} is finished already and is not trained again (--again trains it once more)", done));
            return;
        case FeedItem::Kind::Rejected: return;
    }
}

void ProgressDisplay::takePoint(Run& run, const FeedItem& item) {
    const std::string& series = item.point.series;
    if (!series.ends_with(accuracySuffix)) return;
    const std::string role = series.substr(0, series.size() - accuracySuffix.size());
    if (item.point.point.step != run.evaluatedStep) tellEvaluation(run);
    if (std::ranges::find(run.roles, role) == run.roles.end()) run.roles.push_back(role);
    run.accuracy[role] = item.point.point.value;
    run.evaluatedStep = item.point.point.step;
    run.evaluatedEpoch = item.point.point.epoch;
    run.evaluationUntold = true;
}

void ProgressDisplay::takeProgress(Run& run, const FeedItem& item) {
    const RunProgress before = run.progress;
    run.progress = item.progress;
    run.progress.run = item.run;
    // Not every report knows these.
    if (run.progress.steps == 0) run.progress.steps = before.steps;
    if (run.progress.epochs == 0) run.progress.epochs = before.epochs;
    if (run.progress.name.empty()) run.progress.name = before.name;
    shown_ = item.run;
    if (isLive(run.progress.state) && run.progress.detail.empty()) tellEvaluation(run);
    const bool newDetail = run.progress.detail != before.detail && item.run == 0;
    if (!terminal_ && newDetail && !run.progress.detail.empty()) say(title(run) + ": " + run.progress.detail);
    if (!isLive(run.progress.state) && run.progress.state != before.state) tellEnd(run);
}

void ProgressDisplay::tellEnd(Run& run) {
    tellEvaluation(run);
    std::string text =
        title(run) + ": " + toText(run.progress.state) + (run.progress.reason.empty() ? "" : ": " + run.progress.reason);
    if (terminal_) append(text, accuracyFacts(run.roles, run.accuracy));
    say(text);
    shown_ = -1;
}

void ProgressDisplay::tellEvaluation(Run& run) {
    if (!run.evaluationUntold) return;
    run.evaluationUntold = false;
    if (terminal_) return;  // the redrawn line shows it
    RunProgress then = run.progress;
    then.epoch = run.evaluatedEpoch;
    then.detail.clear();
    std::string text = progressFacts(then);
    append(text, accuracyFacts(run.roles, run.accuracy));
    say(title(run) + ": " + text);
}

std::string ProgressDisplay::title(const Run& run) const {
    const int64_t id = run.progress.run;
    if (id == 0) return run.progress.name.empty() ? "preparing" : run.progress.name;
    const auto place = std::ranges::find(order_, id);
    const std::string count =
        order_.size() > 1 && place != order_.end() ? fmt::format(" ({} of {})", place - order_.begin() + 1, order_.size()) : "";
    return fmt::format("run {}{} {}", id, count, run.progress.name);
}

void ProgressDisplay::refresh() {
    if (!terminal_ || !runs_.contains(shown_)) return;
    const Run& run = runs_.at(shown_);
    std::string line = title(run);
    append(line, bar(fractionOf(run.progress)));
    append(line, isLive(run.progress.state) && run.progress.state != RunState::Running ? toText(run.progress.state) : "");
    append(line, progressFacts(run.progress));
    append(line, accuracyFacts(run.roles, run.accuracy));
    line = cut(line, terminalWidth() - 1);
    if (line == drawn_) return;
    std::cerr << "\r\x1b[K" << line << std::flush;
    drawn_ = line;
}

void ProgressDisplay::say(const std::string& line) {
    std::cerr << (drawn_.empty() ? "" : "\r\x1b[K") << line << std::endl;
    drawn_.clear();
}

}  // namespace gaplab::cli
