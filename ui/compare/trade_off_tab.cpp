#include "ui/compare/trade_off_tab.h"

#include <algorithm>

#include <QCheckBox>
#include <QComboBox>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/compare/labelled.h"
#include "ui/models/format.h"
#include "ui/plot/plot_view.h"

namespace gaplab::ui {
namespace {

constexpr double runSize = 5, meanSize = 11, barWidth = 1;

Ink faint(const Ink& ink) {
    return [ink](const QPalette& palette) {
        QColor color = ink(palette);
        color.setAlpha(110);
        return color;
    };
}

}  // namespace

std::vector<size_t> frontier(const std::vector<QPointF>& points, int betterX, int betterY) {
    const auto beats = [&](QPointF a, QPointF b) {
        const double dx = betterX * (a.x() - b.x()), dy = betterY * (a.y() - b.y());
        return dx >= 0 && dy >= 0 && (dx > 0 || dy > 0);
    };
    std::vector<size_t> best;
    for (size_t i = 0; i < points.size(); ++i)
        if (std::ranges::none_of(points, [&](QPointF other) { return beats(other, points[i]); })) best.push_back(i);
    std::ranges::sort(best, {}, [&](size_t i) { return points[i].x(); });
    return best;
}

TradeOffTab::TradeOffTab(TrialColors& colors, QWidget* parent) : AnswerView(parent), colors_(colors), plot_(new PlotView) {
    plot_->setObjectName(QStringLiteral("tradePlot"));
    plot_->addPanel({}, 1, 2);
    auto* row = new QHBoxLayout;
    x_ = addLabelled<QComboBox>(*row, QStringLiteral("tradeX"), tr("A&cross"));
    y_ = addLabelled<QComboBox>(*row, QStringLiteral("tradeY"), tr("&Upwards"));
    logarithmic_ = new QCheckBox(tr("&Logarithmic"));
    logarithmic_->setObjectName(QStringLiteral("tradeLog"));
    logarithmic_->setToolTip(tr("Equal factors across, not equal differences"));
    row->addWidget(logarithmic_);
    row->addStretch();
    auto* column = new QVBoxLayout(this);
    column->addLayout(row);
    column->addWidget(plot_, 1);
    offer(runMeasures({}));
    connect(x_, &QComboBox::currentIndexChanged, this, &TradeOffTab::takeX);
    connect(y_, &QComboBox::currentIndexChanged, this, &TradeOffTab::draw);
    connect(logarithmic_, &QCheckBox::toggled, this, &TradeOffTab::draw);
    logarithmic_->setChecked(true);  // of the measure that is chosen first
}

void TradeOffTab::offer(const std::vector<RunMeasure>& measures) {
    const auto same = [](const RunMeasure& a, const RunMeasure& b) { return a.key == b.key; };
    if (std::ranges::equal(measures, measures_, same)) return;
    const bool first = measures_.empty();
    measures_ = measures;
    for (QComboBox* combo : {x_, y_}) {
        const QString before =
            first ? combo == x_ ? QStringLiteral("macs") : QStringLiteral("test") : combo->currentData().toString();
        const QSignalBlocker quiet(combo);
        combo->clear();
        for (const RunMeasure& measure : measures_)
            combo->addItem(measure.title, QString::fromStdString(measure.key));
        combo->setCurrentIndex(std::max(0, combo->findData(before)));
    }
}

const RunMeasure& TradeOffTab::chosen(const QComboBox* combo) const {
    return measures_[static_cast<size_t>(std::max(0, combo->currentIndex()))];
}

void TradeOffTab::takeX() {
    const QSignalBlocker quiet(logarithmic_);
    logarithmic_->setChecked(chosen(x_).logarithmic);
    draw();
}

void TradeOffTab::showAnswer(const CompareAnswer& answer) {
    shown_ = &answer;
    offer(runMeasures(answer.series));
    draw();
}

void TradeOffTab::draw() {
    if (!shown_) return;
    const RunMeasure &x = chosen(x_), &y = chosen(y_);
    plot_->clear();
    plot_->setXTitle(x.title);
    plot_->setPanelTitle(0, y.title);
    std::vector<Place> places;
    for (size_t trial = 0; trial < shown_->trials.size(); ++trial)
        if (auto place = addTrial(trial, x, y)) places.push_back(std::move(*place));
    const bool positive = std::ranges::all_of(places, [](const Place& place) { return place.x > 0; });
    logarithmic_->setEnabled(positive);
    plot_->setXLogarithmic(logarithmic_->isChecked() && positive);
    addFrontier(std::move(places), x, y);
}

std::optional<TradeOffTab::Place> TradeOffTab::addTrial(size_t trial, const RunMeasure& x, const RunMeasure& y) {
    const ComparedTrial& compared = shown_->trials[trial];
    QVector<QPointF> points;
    std::vector<double> xs, ys;
    for (const FinishedRun& run : finishedRuns(*shown_, trial)) {
        const auto across = x.of(*run.row, *run.figures), upwards = y.of(*run.row, *run.figures);
        if (!across || !upwards || !std::isfinite(*across) || !std::isfinite(*upwards)) continue;
        points += {*across, *upwards};
        xs.push_back(*across);
        ys.push_back(*upwards);
    }
    if (points.isEmpty()) return std::nullopt;
    const int mark = colors_.indexOf(compared.id);
    const Ink ink = colors_.inkOf(compared.id);
    const QString id = QString::fromStdString(compared.id);
    const Place place{compared.label, summarise(xs).mean, summarise(ys).mean};
    if (points.size() > 1) {
        SeriesStyle style{tr("%1, each seed").arg(compared.label), faint(ink), Qt::SolidLine, runSize, false};
        style.mark = mark;
        plot_->addSeries(id + QStringLiteral(" runs"), 0, style);
        plot_->setPoints(id + QStringLiteral(" runs"), points);
        if (const auto across = meanInterval(xs, shown_->level); across && across->low < across->high)
            addBar(id + QStringLiteral(" across"), ink, {across->low, place.y}, {across->high, place.y});
        if (const auto upwards = meanInterval(ys, shown_->level))
            addBar(id + QStringLiteral(" upwards"), ink, {place.x, upwards->low}, {place.x, upwards->high});
    }
    SeriesStyle style{
        points.size() > 1 ? tr("%1, mean of %n run(s)", "", static_cast<int>(points.size())).arg(compared.label) : compared.label,
        ink, Qt::SolidLine, meanSize};
    style.mark = mark;
    plot_->addSeries(id, 0, style);
    plot_->setPoints(id, {{place.x, place.y}});
    return place;
}

void TradeOffTab::addBar(const QString& id, const Ink& ink, QPointF from, QPointF to) {
    plot_->addSeries(id, 0, {id, ink, Qt::SolidLine, barWidth, false, false});
    plot_->setPoints(id, {from, to});
}

void TradeOffTab::addFrontier(std::vector<Place> places, const RunMeasure& x, const RunMeasure& y) {
    if (places.empty()) return plot_->setSentence(tr("None of the finished runs has both measures."));
    if (x.better == 0 || y.better == 0)
        return plot_->setSentence(
            tr("%1 against %2. Neither more nor less is better in one of them, so there is no frontier.").arg(y.title, x.title));
    std::vector<QPointF> points;
    for (const Place& place : places)
        points.emplace_back(place.x, place.y);
    QStringList names;
    QVector<QPointF> line;
    for (const size_t i : frontier(points, x.better, y.better)) {
        names += places[i].label;
        line += points[i];
    }
    const QString id = QStringLiteral("frontier");
    if (line.size() > 1) {
        plot_->addSeries(id, 0, {tr("Frontier"), baselineInk(), Qt::DashLine, 1.0, true, false});
        plot_->setPoints(id, line);
    }
    plot_->setSentence(tr("%1 against %2. On the frontier: %3.").arg(y.title, x.title, names.join(QStringLiteral("; "))));
}

}  // namespace gaplab::ui
