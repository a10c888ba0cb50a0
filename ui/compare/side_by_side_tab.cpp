#include "ui/compare/side_by_side_tab.h"

#include <algorithm>
#include <array>
#include <limits>

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSplitter>

#include "ui/feed/store_reader.h"
#include "ui/models/format.h"
#include "ui/models/run_facts.h"
#include "ui/monitor/run_plot.h"

namespace gaplab::ui {
namespace {

constexpr size_t fewestPanes = 2, mostPanes = 4;
constexpr std::array panels = {RunPlot::Accuracy, RunPlot::Gap};  // actuators have units of their own

struct Range {
    double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();
    void add(QPair<double, double> range) {
        low = std::min(low, range.first);
        high = std::max(high, range.second);
    }
};

}  // namespace

SideBySideTab::SideBySideTab(StoreReader& reader, QWidget* parent)
    : AnswerView(parent),
      reader_(reader),
      splitter_(new QSplitter),
      linked_(new QCheckBox(tr("Same axes"))),
      more_(new QPushButton(tr("One more"))),
      fewer_(new QPushButton(tr("One less"))) {
    splitter_->setChildrenCollapsible(false);
    linked_->setObjectName(QStringLiteral("sideLinked"));
    linked_->setToolTip(tr("What one of them is zoomed to, all are"));
    linked_->setChecked(true);
    more_->setObjectName(QStringLiteral("sideMore"));
    fewer_->setObjectName(QStringLiteral("sideFewer"));
    auto* row = new QHBoxLayout;
    row->addWidget(linked_);
    row->addStretch();
    row->addWidget(more_);
    row->addWidget(fewer_);
    auto* column = new QVBoxLayout(this);
    column->addLayout(row);
    column->addWidget(splitter_, 1);
    connect(more_, &QPushButton::clicked, this, &SideBySideTab::addPane);
    connect(fewer_, &QPushButton::clicked, this, &SideBySideTab::removePane);
    connect(linked_, &QCheckBox::toggled, this, [this](bool linked) {
        if (linked) return unite();
        for (const Pane& pane : panes_)
            pane.plot->fit();
    });
    for (size_t i = 0; i < fewestPanes; ++i)
        addPane();
}

void SideBySideTab::addPane() {
    const size_t place = panes_.size();
    Pane pane{new QWidget, new QComboBox, new RunPlot};
    pane.choice->setObjectName(QStringLiteral("sideRun%1").arg(place));
    pane.choice->setAccessibleName(tr("Run of view %1").arg(place + 1));
    pane.choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    pane.choice->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    pane.plot->setObjectName(QStringLiteral("sidePlot%1").arg(place));
    auto* column = new QVBoxLayout(pane.widget);
    column->setContentsMargins({});
    column->addWidget(pane.choice);
    column->addWidget(pane.plot, 1);
    splitter_->addWidget(pane.widget);
    connect(pane.choice, &QComboBox::currentIndexChanged, this, [this, place] { read(place); });
    connect(pane.plot, &PlotView::rangeTouched, this, [this, place] {
        if (linked_->isChecked()) follow(place);
    });
    connect(pane.plot, &PlotView::fitted, this, &SideBySideTab::unite);
    panes_.push_back(pane);
    if (!choices_.empty()) offer(panes_.back(), choices_[place % choices_.size()].run);
    read(place);
    updateButtons();
}

void SideBySideTab::removePane() {
    panes_.back().widget->hide();
    panes_.back().widget->deleteLater();
    panes_.pop_back();
    updateButtons();
    unite();
}

void SideBySideTab::updateButtons() {
    more_->setEnabled(panes_.size() < mostPanes);
    fewer_->setEnabled(panes_.size() > fewestPanes);
}

void SideBySideTab::offer(Pane& pane, qint64 run) {
    const QSignalBlocker quiet(pane.choice);
    pane.choice->clear();
    for (const Choice& choice : choices_)
        pane.choice->addItem(choice.title, choice.run);
    pane.choice->setCurrentIndex(pane.choice->findData(run));
}

void SideBySideTab::showAnswer(const CompareAnswer& answer) {
    choices_.clear();
    for (const ComparedTrial& trial : answer.trials)
        for (const RunRow& run : trial.runs)
            choices_.push_back({run.id, QStringLiteral("%1 · %2").arg(run.id).arg(runTitle(run))});
    for (size_t i = 0; i < panes_.size(); ++i) {
        const qint64 before = panes_[i].choice->currentData().toLongLong();
        const bool stays = std::ranges::find(choices_, before, &Choice::run) != choices_.end();
        // At first one run of each trial, since it is trials that differ.
        qint64 first = 0;
        if (!stays && !answer.trials.empty()) first = answer.trials[i % answer.trials.size()].runs.front().id;
        offer(panes_[i], stays ? before : first);
    }
    readAll();
}

void SideBySideTab::readAll() {
    for (size_t i = 0; i < panes_.size(); ++i)
        read(i);
}

bool SideBySideTab::isSettled() const {
    return std::ranges::none_of(panes_, [](const Pane& pane) { return pane.pending || !pane.plot->isSettled(); });
}

void SideBySideTab::read(size_t place) {
    Pane& pane = panes_[place];
    const qint64 run = pane.choice->currentData().toLongLong();
    if (run == 0) return;
    if (pane.pending) {
        pane.stale = true;
        return;
    }
    pane.pending = true;
    pane.stale = false;
    reader_.ask(
        this, [run](const Store& store) { return readSnapshot(store, run, {}); },
        [this, place](const RunSnapshot& snapshot) {
            if (place >= panes_.size()) return;
            panes_[place].pending = false;
            if (panes_[place].stale) return read(place);
            draw(place, snapshot);
        });
}

void SideBySideTab::draw(size_t place, const RunSnapshot& snapshot) {
    RunPlot& plot = *panes_[place].plot;
    plot.setView(XScale::of(snapshot.row, snapshot.points, XScale::Kind::Epoch), {}, details().front());
    plot.start(snapshot);
    for (const auto& [series, points] : snapshot.points)
        if (!isDetail(series)) plot.showSeries(series, points);  // there is no room for more panels beside each other
    plot.showBaseline(snapshot.baseline);
    plot.showEvents(snapshot.events);
    const std::optional<double> last = lastOf(snapshot.row, "student/validation/accuracy");
    plot.setSentence(last ? tr("%1: last validation accuracy %2").arg(runTitle(snapshot.row), percentText(*last))
                          : tr("%1: not evaluated yet").arg(runTitle(snapshot.row)));
    unite();
}

void SideBySideTab::unite() {
    if (!linked_->isChecked() || uniting_) return;
    uniting_ = true;
    Range x;
    std::array<Range, panels.size()> y;
    for (const Pane& pane : panes_) {
        pane.plot->fit();
        pane.plot->drawNow();
        x.add(pane.plot->xRange());
        for (const RunPlot::Panel panel : panels)
            if (pane.plot->isPanelVisible(panel)) y[panel].add(pane.plot->yRange(panel));
    }
    for (const Pane& pane : panes_) {
        pane.plot->setXRange(x.low, x.high);
        for (const RunPlot::Panel panel : panels)
            pane.plot->setYRange(panel, y[panel].low, y[panel].high);
    }
    uniting_ = false;
}

void SideBySideTab::follow(size_t place) {
    if (uniting_) return;
    uniting_ = true;
    const RunPlot& moved = *panes_[place].plot;
    for (size_t i = 0; i < panes_.size(); ++i) {
        if (i == place) continue;
        const auto [low, high] = moved.xRange();
        panes_[i].plot->setXRange(low, high);
        for (const RunPlot::Panel panel : panels) {
            if (!moved.isPanelVisible(panel)) continue;
            const auto [bottom, top] = moved.yRange(panel);
            panes_[i].plot->setYRange(panel, bottom, top);
        }
    }
    uniting_ = false;
}

}  // namespace gaplab::ui
