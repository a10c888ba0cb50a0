#include "ui/monitor/monitor_page.h"

#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/models/empty_state.h"
#include "ui/monitor/event_list.h"
#include "ui/monitor/preparation_bar.h"
#include "ui/monitor/readout.h"
#include "ui/monitor/run_picker.h"
#include "ui/monitor/run_plot.h"
#include "ui/monitor/state_card.h"
#include "ui/monitor/steer_box.h"
#include "ui/monitor/view_bar.h"

namespace gaplab::ui {

MonitorPage::MonitorPage(Session& session, QWidget* parent)
    : Page(parent),
      session_(session),
      stack_(new QStackedWidget),
      preparation_(new PreparationBar),
      picker_(new RunPicker),
      view_(new ViewBar),
      plot_(new RunPlot),
      card_(new StateCard),
      readout_(new Readout),
      steer_(new SteerBox),
      events_(new EventList),
      beside_(new BesideRuns(session.reader, this)) {
    setObjectName(key());
    auto* empty =
        new EmptyState(QStringLiteral("monitor"),
                       tr("There is no run yet. Set up an experiment and start it: its curves appear here."), tr("Go to Set-up"));
    connect(empty->button(), &QPushButton::clicked, this, [this] { Q_EMIT openSetup(Json()); });
    stack_->addWidget(empty);
    stack_->addWidget(buildContent());
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(preparation_);
    layout->addWidget(stack_, 1);
    addActions(plot_->actions());  // the plot's shortcuts work on the whole page
    connectFeed();
    connectCard();
    readList();
}

QWidget* MonitorPage::buildSide() {
    auto* side = new QWidget;
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(6, 0, 0, 0);
    column->addWidget(card_);
    column->addWidget(readout_);
    column->addWidget(steer_);
    auto* heading = new QLabel(tr("&Events"));
    heading->setBuddy(events_);
    column->addWidget(heading);
    column->addWidget(events_, 1);
    side->setMinimumWidth(18 * fontMetrics().averageCharWidth() * 2);
    return side;
}

QWidget* MonitorPage::buildContent() {
    auto* splitter = new QSplitter;
    splitter->setObjectName(QStringLiteral("monitorSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(picker_);
    setFocusProxy(picker_);
    auto* middle = new QWidget;
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins({});
    column->addWidget(view_);
    column->addWidget(plot_, 1);
    splitter->addWidget(middle);
    splitter->addWidget(buildSide());
    const int unit = fontMetrics().averageCharWidth();
    picker_->setMinimumWidth(16 * unit);
    splitter->setSizes({28 * unit, 110 * unit, 40 * unit});
    splitter->setStretchFactor(1, 1);
    splitter->setStretchFactor(0, 0);
    splitter->setStretchFactor(2, 0);
    return splitter;
}

void MonitorPage::connectCard() {
    connect(picker_, &RunPicker::picked, this, [this](qint64 run) {
        // Whoever looks at an old run is not taken away from it; whoever looks at a live one wants to see how it goes on.
        const auto state = picker_->state(run);
        follow_ = state && isLive(*state);
        opening_.reset();
        select(run);
    });
    connect(picker_, &RunPicker::ticked, beside_, &BesideRuns::choose);
    connect(beside_, &BesideRuns::changed, this, [this](bool others) {
        others ? drawAgain() : showBeside();
        showFigure();
    });
    connect(view_, &ViewBar::changed, this, &MonitorPage::drawAgain);
    connect(card_, &StateCard::commanded, this, [this](Command command) { session_.workbench.command(run_, command); });
    connect(card_, &StateCard::resumeRequested, this, [this] {
        follow_ = true;
        session_.workbench.resume(run_);
    });
    connect(steer_, &SteerBox::changeRequested, this,
            [this](const QString& assignment) { session_.workbench.set(run_, assignment.toStdString()); });
    connect(plot_, &RunPlot::targetDragged, this, [this](double target, double band) {
        const auto change = [&](const char* path, double value) {
            session_.workbench.set(run_, std::string(path) + "=" + Json(value).dump());
        };
        if (!stored_.target) return;
        if (band != stored_.target->band)
            change("gap.band", band);
        else
            change("gap.target", target);
    });
    plot_->setFigureSource([this] { return figureView(); });
    connect(card_, &StateCard::compareRequested, this, [this] { Q_EMIT openCompare({run_}); });
    connect(card_, &StateCard::cloneRequested, this, [this] { Q_EMIT openSetup(stored_.row.document); });
}

void MonitorPage::activate() {
    readList();
    if (run_ != 0) readRun();
    beside_->refresh();
}

bool MonitorPage::isSettled() const {
    return !listPending_ && !runPending_ && beside_->isSettled() && plot_->isSettled();
}

void MonitorPage::showRun(qint64 run) {
    follow_ = true;
    opening_.reset();
    if (run == run_) return activate();
    select(run);
    readList();
}

void MonitorPage::select(qint64 run) {
    if (run == run_) return;
    run_ = run;
    startOver();
    picker_->select(run);
    stack_->setCurrentIndex(1);
    readRun();
}

void MonitorPage::startOver() {
    ++asked_;
    started_ = false;
    whole_ = true;
    stored_ = {};
    history_.clear();
    steer_->startOver();
}

void MonitorPage::readList() {
    if (listPending_) {
        listStale_ = true;
        return;
    }
    listPending_ = true;
    listStale_ = false;
    session_.reader.ask(
        this, [](const Store& store) { return store.runs(); }, [this](const std::vector<RunRow>& rows) { takeList(rows); });
}

void MonitorPage::takeList(const std::vector<RunRow>& rows) {
    listPending_ = false;
    picker_->setRuns(rows);
    if (opening_) picker_->tick(beside_->chosen());
    // The store is a beat behind the worker.
    for (const auto& [run, progress] : progress_)
        picker_->setState(run, progress.state);
    if (run_ == 0 && picker_->suggestion() != 0) select(picker_->suggestion());
    picker_->select(run_);
    stack_->setCurrentIndex(run_ == 0 ? 0 : 1);
    if (run_ != 0) showState();
    showFigure();
    if (listStale_) readList();
}

void MonitorPage::readRun() {
    if (runPending_) {
        runStale_ = true;
        return;
    }
    runPending_ = true;
    runStale_ = false;
    const auto after = whole_ ? std::map<std::string, int64_t>() : history_.lastSteps();
    session_.reader.ask(
        this, [run = run_, after](const Store& store) { return readSnapshot(store, run, after); },
        [this, asked = asked_](RunSnapshot snapshot) {
            runPending_ = false;
            if (asked == asked_)
                takeSnapshot(std::move(snapshot));
            else
                runStale_ = true;
            if (runStale_) readRun();
        });
}

}  // namespace gaplab::ui
