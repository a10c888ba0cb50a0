// How the Monitor joins what the store holds with what the worker tells while it goes on.

#include "core/gap/target.h"
#include "ui/models/format.h"
#include "ui/models/run_facts.h"
#include "ui/models/series_text.h"
#include "ui/monitor/event_list.h"
#include "ui/monitor/monitor_page.h"
#include "ui/monitor/pace.h"
#include "ui/monitor/preparation_bar.h"
#include "ui/monitor/readout.h"
#include "ui/monitor/run_picker.h"
#include "ui/monitor/run_plot.h"
#include "ui/monitor/state_card.h"
#include "ui/monitor/steer_box.h"
#include "ui/monitor/view_bar.h"

namespace gaplab::ui {
namespace {

bool isOfTransfer(const std::string& series) {
    return usualDetail(true).shows(series);
}

bool isOfTransfer(const std::map<std::string, std::vector<Point>>& points) {
    return std::ranges::any_of(points, [](const auto& entry) { return isOfTransfer(entry.first); });
}

bool isAtWork(RunState state) {
    return state == RunState::Preparing || state == RunState::Running || state == RunState::Paused;
}

}  // namespace

void MonitorPage::connectFeed() {
    const FeedPump& pump = session_.pump;
    connect(&pump, &FeedPump::points, this, &MonitorPage::takePoints);
    connect(&pump, &FeedPump::progress, this, &MonitorPage::takeProgress);
    connect(&pump, &FeedPump::event, this, &MonitorPage::takeEvent);
    connect(&pump, &FeedPump::overflowed, this, [this] {
        whole_ = true;
        if (run_ != 0) readRun();
    });
    connect(&pump, &FeedPump::submitted, this, [this](qint64 submission, const std::vector<int64_t>& runs) {
        preparation_->finish(submission);
        follow_ = true;
        const bool watching = run_ != 0 && isAtWork(stateNow());
        if (!runs.empty() && !watching) select(runs.back());
        readList();
    });
    connect(&pump, &FeedPump::rejected, this, [this](qint64 submission, const Json&) { preparation_->finish(submission); });
    connect(&session_.reader, &StoreReader::changed, this, [this] {
        if (isVisible()) activate();
    });
    connect(&session_.reader, &StoreReader::failed, this, [this] {
        // The question that failed may have been ours: ask again when there is a reason to.
        listPending_ = runPending_ = false;
    });
}

void MonitorPage::takeSnapshot(RunSnapshot snapshot) {
    const RunRow& row = snapshot.row;
    if (!isLive(row.state)) progress_.erase(row.id);  // the store has caught up
    const std::map<std::string, int64_t> held = history_.lastSteps();
    const bool rewound =
        !row.ownProcess && !progress_.contains(row.id) && std::ranges::any_of(row.series, [&held](const SeriesSummary& series) {
            const auto found = held.find(series.name);
            return found != held.end() && found->second > series.last.step;
        });
    if (rewound) {  // another process goes on from an earlier checkpoint
        startOver();
        return readRun();
    }
    if (snapshot.complete) whole_ = false;
    if (!started_) {
        view_->suggest(usualDetail(isOfTransfer(snapshot.points)));
        setView(row, snapshot.points);
        plot_->start(snapshot);
    }
    const bool redraw = !started_ || snapshot.complete;
    started_ = true;
    for (const auto& [series, points] : snapshot.points) {
        bool whole = redraw;
        for (const Point& point : points) {
            const RunHistory::Change change = history_.add(series, point);
            whole = whole || change == RunHistory::Change::Inserted;
            if (!whole && change == RunHistory::Change::Appended) plot_->appendPoint(series, point);
        }
        if (whole) plot_->showSeries(series, history_.points(series));
    }
    if (redraw)  // what the feed brought before the store answered
        for (const auto& [series, points] : history_.all())
            if (!snapshot.points.contains(series)) plot_->showSeries(series, points);
    stored_ = std::move(snapshot);
    showStored();
    showFigure();
}

void MonitorPage::showBeside() {
    if (!started_) return;
    auto others = beside_->runs();
    others.erase(run_);
    plot_->showBeside(others);
}

void MonitorPage::showStored() {
    plot_->showBaseline(stored_.baseline);
    showBeside();
    plot_->showEvents(stored_.events);
    events_->setEvents(stored_.events);
    const bool gap = !teacherRoles(stored_.row).empty();
    readout_->setVisible(Readout::GapNow, gap);
    readout_->setVisible(Readout::InBand, gap);
    showTarget();
    showForgetting();
    showNumbers();
    showState();
}

void MonitorPage::setView(const RunRow& row, const std::map<std::string, std::vector<Point>>& points) {
    plot_->setView(XScale::of(row, points, view_->x()), view_->smoothing(), view_->detail());
}

void MonitorPage::drawAgain() {
    if (!started_) return;
    setView(stored_.row, history_.all());
    plot_->start(stored_);
    for (const auto& [series, points] : history_.all())
        plot_->showSeries(series, points);
    showStored();
}

void MonitorPage::takePoints(const std::vector<FeedItem>& items) {
    bool mine = false, gapMoved = false, transfer = false;
    for (const FeedItem& item : items) {
        if (item.run != run_ || run_ == 0 || !isWatched(item.point.series)) continue;
        const RunHistory::Change change = history_.add(item.point.series, item.point.point);
        mine = mine || change != RunHistory::Change::None;
        gapMoved = gapMoved || item.point.series == gapSeries || item.point.series == worstGroupGapSeries ||
                   item.point.series == steeredGapSeries;
        transfer = transfer || isOfTransfer(item.point.series);
        if (!started_) continue;
        if (change == RunHistory::Change::Appended) plot_->appendPoint(item.point.series, item.point.point);
        if (change == RunHistory::Change::Inserted) plot_->showSeries(item.point.series, history_.points(item.point.series));
    }
    if (mine) showNumbers();
    if (gapMoved && started_) showOutside();
    if (transfer && started_) view_->suggest(usualDetail(true)) ? drawAgain() : showForgetting();
}

void MonitorPage::takeEvent(const FeedItem& item) {
    if (item.run != run_ || run_ == 0) return;
    if (item.event.kind == "resumed" || item.event.kind == "rewound") {
        startOver();  // points beyond the checkpoint are gone
        return readRun();
    }
    if (!started_) return;
    stored_.events.push_back(item.event);
    if (item.event.kind == "edit") {
        takeEdit(stored_, item.event);
        showTarget();
    }
    events_->setEvents(stored_.events);
    plot_->showEvents(stored_.events);
}

void MonitorPage::takeProgress(const RunProgress& progress) {
    if (progress.run == 0) return preparation_->showProgress(progress);
    RunProgress merged = progress;
    // A change of state is told without numbers.
    if (const auto before = progress_.find(progress.run); before != progress_.end() && merged.steps == 0) {
        merged.steps = before->second.steps;
        merged.epochs = before->second.epochs;
        if (merged.step == 0) merged.epoch = before->second.epoch;
    }
    progress_[progress.run] = merged;
    if (!picker_->state(progress.run)) readList();
    picker_->setState(progress.run, progress.state);
    followLiveRun(progress);
    if (progress.run == run_) showState();
}

void MonitorPage::followLiveRun(const RunProgress& progress) {
    if (!follow_ || progress.run == run_ || !isAtWork(progress.state)) return;
    if (run_ == 0 || !isAtWork(stateNow())) select(progress.run);
}

RunState MonitorPage::stateNow() const {
    if (const auto found = progress_.find(run_); found != progress_.end()) return found->second.state;
    if (stored_.row.id == run_) return stored_.row.state;
    return picker_->state(run_).value_or(RunState::Queued);
}

const std::vector<Point>& MonitorPage::measuredGap() const {
    return history_.points(stored_.target ? gapSeriesOf(*stored_.target) : gapSeries);
}

const std::vector<Point>& MonitorPage::judgedGap() const {
    const bool held = stored_.target && stored_.target->controller && stored_.target->on == "train_batch";
    const std::vector<Point>& steered = history_.points(steeredGapSeries);
    return held && !steered.empty() ? steered : measuredGap();
}

std::optional<GapReading> MonitorPage::gapReading() const {
    auto reading = readGap(judgedGap(), stored_.target);
    const std::vector<Point>& measured = measuredGap();
    if (reading && &judgedGap() != &measured && !measured.empty()) reading->measured = measured.back().value;
    return reading;
}

void MonitorPage::showTarget() {
    const auto& followed = history_.points(targetSeries);
    setView(stored_.row, history_.all());
    if (stored_.target && stored_.epochs > 0) plot_->showTarget(*stored_.target, stored_.epochs, followed);
    showOutside();
    steer_->showDocument(stored_.document, followed.empty() ? 0 : followed.back().epoch);
}

void MonitorPage::showOutside() {
    if (stored_.target) plot_->showOutside(judgedGap(), *stored_.target, history_.points(targetSeries));
}

void MonitorPage::showForgetting() {
    const std::vector<Forgetting> readings = readForgetting(history_.all());
    plot_->showStarts(readings);
    readout_->showForgetting(readings);
}

void MonitorPage::showNumbers() {
    readout_->showGap(gapReading());
    readout_->showAccuracy(history_.points(mainSeries));
    plot_->setSentence(sentence());
    const bool begun = !history_.points(mainSeries).empty();
    view_->setNote(begun && plot_->isDetailEmpty() ? tr("not measured in this run") : QString());
}

void MonitorPage::showState() {
    const auto found = progress_.find(run_);
    const RunProgress progress = found == progress_.end() ? RunProgress() : found->second;
    const RunState state = stateNow();
    const std::string& reason = progress.reason.empty() ? stored_.row.reason : progress.reason;
    if (stored_.row.id == run_) card_->setTitle(runTitle(stored_.row), picker_->stageText(run_));
    const auto gap = gapReading();
    QString summary;
    if (state == RunState::Finished && gap)
        summary =
            gap->low
                ? tr("gap %1, in band %2 of %n evaluation(s)", "", gap->evaluations).arg(pointsText(gap->now)).arg(gap->inside)
                : tr("gap %1 points").arg(pointsText(gap->now));
    card_->setState(state, QString::fromStdString(progress.detail), isLive(state) ? QString() : QString::fromStdString(reason),
                    summary);
    const bool live = isAtWork(state);
    steer_->setVisible(live);
    plot_->setSteerable(live && stored_.target.has_value());
    readout_->setVisible(Readout::TimeLeft, live);
    const double epochs = progress.epochs > 0 ? progress.epochs : stored_.epochs;
    const auto& accuracy = history_.points(mainSeries);
    const double epoch = progress.epoch > 0 ? progress.epoch : accuracy.empty() ? 0 : accuracy.back().epoch;
    readout_->set(Readout::Epoch, epochs > 0 ? tr("%1 of %2").arg(epochText(epoch), epochText(epochs)) : epochText(epoch));
    // Of a run of another process, or one that is over, its points tell.
    const std::optional<double> pace = secondsPerEpoch(history_.points(trainingLossSeries));
    const double images = XScale::of(stored_.row, {}, XScale::Kind::Images).imagesPerEpoch;
    const double speed = progress.imagesPerSecond > 0 ? progress.imagesPerSecond : pace ? images / *pace : 0;
    readout_->set(Readout::Speed, speed > 0 ? numberText(speed, 0) : QString());
    const double left = progress.secondsLeft >= 0 ? progress.secondsLeft : pace && epochs > 0 ? (epochs - epoch) * *pace : -1;
    readout_->set(Readout::TimeLeft, live ? durationText(left) : QString());
}

QString MonitorPage::sentence() const {
    const auto& accuracy = history_.points(mainSeries);
    if (accuracy.empty()) return tr("No evaluation yet.");
    const QString epoch = epochText(accuracy.back().epoch);
    const auto gap = gapReading();
    if (!gap) return tr("Student at %1 after epoch %2.").arg(percentText(accuracy.back().value), epoch);
    const QString trend = gap->trend > 0 ? tr("rising") : gap->trend < 0 ? tr("falling") : tr("level");
    const QString now = pointsText(gap->now);
    if (!gap->low) return tr("Gap %1 points at epoch %2, %3.").arg(now, epoch, trend);
    const QString low = pointsText(*gap->low), high = pointsText(*gap->high);
    const QString held = (gap->insideNow ? tr("Gap %1 points at epoch %2, inside %3 to %4, %5.")
                                         : tr("Gap %1 points at epoch %2, outside %3 to %4, %5."))
                             .arg(now, epoch, low, high, trend);
    return gap->measured ? tr("%1 On validation data: %2 points.").arg(held, pointsText(*gap->measured)) : held;
}

}  // namespace gaplab::ui
