#include "ui/compare/curves_tab.h"

#include <array>
#include <utility>

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/compare/labelled.h"
#include "ui/models/format.h"
#include "ui/models/series_text.h"
#include "ui/plot/plot_view.h"

namespace gaplab::ui {
namespace {

constexpr double seedWidth = 1.3, aloneWidth = 2, meanWidth = 3;

constexpr std::array scales = {XScale::Kind::Epoch, XScale::Kind::Step, XScale::Kind::Images, XScale::Kind::Time};
constexpr std::array spreads = {CurveView::Spread::Interval, CurveView::Spread::Deviation, CurveView::Spread::Range,
                                CurveView::Spread::None};

// What is chosen, in files: the same in every language.
const std::vector<std::string> xKeys = {"epoch", "step", "images", "time"};
const std::vector<std::string> spreadKeys = {"interval", "deviation", "range", "none"};

QString spreadText(CurveView::Spread spread, double level) {
    switch (spread) {
        case CurveView::Spread::Interval: return CurvesTab::tr("%1 % interval of the mean").arg(numberText(100 * level, 0));
        case CurveView::Spread::Deviation: return CurvesTab::tr("standard deviation");
        case CurveView::Spread::Range: return CurvesTab::tr("smallest to largest");
        case CurveView::Spread::None: break;
    }
    return CurvesTab::tr("nothing");
}

/// Beyond the eight colours trials differ in their dashes.
Qt::PenStyle meanDash(int index) {
    return repeatDash(index / 8);
}

}  // namespace

CurvesTab::CurvesTab(TrialColors& colors, QWidget* parent)
    : QWidget(parent), colors_(colors), series_(mainSeries), plot_(new PlotView) {
    plot_->setObjectName(QStringLiteral("comparePlot"));
    plot_->addPanel({});
    auto *first = new QHBoxLayout, *second = new QHBoxLayout;
    choice_ = addChoice(*first, QStringLiteral("series"), tr("&Series"));
    difference_ = addCheck(*first, QStringLiteral("curveDifference"), tr("&Difference to the baseline"));
    seeds_ = addCheck(*first, QStringLiteral("curveSeeds"), tr("&Each seed"));
    seeds_->setToolTip(tr("A thin line for each run beside the mean of its trial"));
    seeds_->setChecked(true);
    x_ = addChoice(*second, QStringLiteral("curveX"), tr("&Over"));
    for (const XScale::Kind kind : scales)
        x_->addItem(XScale{.kind = kind}.title());
    zero_ = addChoice(*second, QStringLiteral("curveZero"), tr("&Zero at"));
    zero_->addItem(tr("the beginning"), QString());
    for (const CurveZero& zero : curveZeros())
        zero_->addItem(zero.titleText(), QString::fromStdString(zero.key));
    spread_ = addChoice(*second, QStringLiteral("curveSpread"), tr("Around the &mean"));
    for (const CurveView::Spread spread : spreads)
        spread_->addItem(spreadText(spread, 0.95));
    first->addStretch();
    second->addStretch();
    auto* column = new QVBoxLayout(this);
    column->addLayout(first);
    column->addLayout(second);
    column->addWidget(plot_, 1);
    connect(choice_, &QComboBox::currentIndexChanged, this,
            [this](int index) { series_ = choice_->itemData(index).toString().toStdString(); });
    for (const QComboBox* combo : {choice_, x_, zero_, spread_})
        connect(combo, &QComboBox::currentIndexChanged, this, &CurvesTab::viewChanged);
    for (const QCheckBox* box : {difference_, seeds_})
        connect(box, &QCheckBox::toggled, this, &CurvesTab::viewChanged);
}

QComboBox* CurvesTab::addChoice(QHBoxLayout& row, const QString& name, const QString& label) {
    auto* combo = addLabelled<QComboBox>(row, name, label);
    combo->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    return combo;
}

QCheckBox* CurvesTab::addCheck(QHBoxLayout& row, const QString& name, const QString& label) {
    auto* box = new QCheckBox(label);
    box->setObjectName(name);
    box->setAccessibleName(QString(label).remove('&'));
    row.addWidget(box);
    return box;
}

CurveView CurvesTab::view() const {
    return {.series = series_,
            .x = scales[static_cast<size_t>(x_->currentIndex())],
            .zero = zero_->currentData().toString().toStdString(),
            .difference = difference_->isChecked(),
            .spread = spreads[static_cast<size_t>(spread_->currentIndex())],
            .seeds = seeds_->isChecked()};
}

void CurvesTab::offerSeries(const std::set<std::string>& names) {
    const QSignalBlocker quiet(choice_);
    choice_->clear();
    std::set<std::string> all = names;
    all.insert(series_);  // what was chosen stays chosen, even where these runs do not have it
    for (const std::string& name : all)
        choice_->addItem(seriesTitle(name), QString::fromStdString(name));
    choice_->setCurrentIndex(choice_->findData(QString::fromStdString(series_)));
}

std::map<std::string, std::string> CurvesTab::choices() const {
    return {{"series", series_},
            {"x", xKeys[static_cast<size_t>(x_->currentIndex())]},
            {"zero", zero_->currentData().toString().toStdString()},
            {"spread", spreadKeys[static_cast<size_t>(spread_->currentIndex())]},
            {"difference", difference_->isChecked() ? "yes" : "no"},
            {"seeds", seeds_->isChecked() ? "yes" : "no"}};
}

void CurvesTab::choose(const std::map<std::string, std::string>& choices) {
    const QSignalBlocker quiet(this);  // the page asks once, when all is chosen
    const auto chosen = [&](const char* key) {
        const auto found = choices.find(key);
        return found == choices.end() ? std::string() : found->second;
    };
    const auto select = [](QComboBox* combo, const auto& keys, const std::string& key) {
        const auto found = std::ranges::find(keys, key);
        combo->setCurrentIndex(found == keys.end() ? 0 : static_cast<int>(found - keys.begin()));
    };
    if (const std::string series = chosen("series"); !series.empty()) series_ = series;
    select(x_, xKeys, chosen("x"));
    select(spread_, spreadKeys, chosen("spread"));
    zero_->setCurrentIndex(std::max(0, zero_->findData(QString::fromStdString(chosen("zero")))));
    difference_->setChecked(chosen("difference") == "yes");
    seeds_->setChecked(chosen("seeds") != "no");
}

QString CurvesTab::seriesText() const {
    return difference_->isChecked() ? tr("%1, difference to the baseline").arg(seriesTitle(series_)) : seriesTitle(series_);
}

void CurvesTab::show(CompareAnswer& answer) {
    offerSeries(answer.series);
    const SeriesUnit unit = unitOf(series_);
    // Another unit needs other ranges; else the zoom stays while runs come, go and grow.
    const CurveView now = view();
    const bool same =
        drawn_.series == now.series && drawn_.x == now.x && drawn_.zero == now.zero && drawn_.difference == now.difference;
    if (same)
        plot_->clearSeries();
    else
        plot_->clear();
    drawn_ = now;
    plot_->setXTitle(now.zero.empty() ? x_->currentText() : tr("%1, from: %2").arg(x_->currentText(), zero_->currentText()));
    plot_->setPanelTitle(0, now.difference ? tr("%1, difference").arg(unit.axis) : unit.axis);
    for (size_t i = 0; i < answer.curves.trials.size(); ++i)
        addTrial(answer.trials[i], answer.curves.trials[i]);
    showSentence(answer);
}

void CurvesTab::addTrial(const ComparedTrial& trial, DrawnCurves::Trial& lines) {
    const Ink ink = colors_.inkOf(trial.id);
    const auto count = static_cast<int>(lines.runs.size());
    if (count > 1) addSpread(trial, lines);
    addRuns(trial, lines);
    if (count < 2) return;
    const QString id = QString::fromStdString(trial.id);
    const QString name = tr("%1, mean of %n run(s)", "", count).arg(trial.label);
    if (!lines.fewer.empty()) {
        SeriesStyle style{tr("%1, of fewer").arg(name), ink, Qt::DotLine, meanWidth, false};
        plot_->addSeries(id + QStringLiteral(" fewer"), 0, style);
        plot_->setData(id + QStringLiteral(" fewer"), std::move(lines.fewer));
    }
    plot_->addSeries(id, 0, {name, ink, meanDash(colors_.indexOf(trial.id)), meanWidth});
    plot_->setData(id, std::move(lines.mean));
}

void CurvesTab::addRuns(const ComparedTrial& trial, DrawnCurves::Trial& lines) {
    const bool alone = lines.runs.size() == 1;
    for (DrawnCurves::Run& run : lines.runs) {
        if (run.line.empty()) continue;
        const auto row = std::ranges::find(trial.runs, run.id, &RunRow::id);
        const auto place = static_cast<int>(row - trial.runs.begin());
        const QString name = alone ? trial.label : tr("%1, seed %2").arg(trial.label, QString::number(row->seed));
        const Qt::PenStyle dash = alone ? meanDash(colors_.indexOf(trial.id)) : repeatDash(place);
        plot_->addSeries(QString::number(run.id), 0,
                         {name, colors_.inkOf(trial.id), dash, alone ? aloneWidth : seedWidth, alone});
        plot_->setData(QString::number(run.id), std::move(run.line));
    }
}

void CurvesTab::addSpread(const ComparedTrial& trial, DrawnCurves::Trial& lines) {
    if (lines.low.empty()) return;
    SeriesStyle style{tr("%1, %2").arg(trial.label, spread_->currentText()),
                      colors_.inkOf(trial.id),
                      Qt::NoPen,
                      1,
                      false,
                      false,
                      colors_.inkOf(trial.id)};
    const QString low = QString::fromStdString(trial.id) + QStringLiteral(" low"),
                  high = QString::fromStdString(trial.id) + QStringLiteral(" high");
    plot_->addSeries(low, 0, style);
    plot_->setData(low, std::move(lines.low));
    plot_->addSeries(high, 0, style);
    plot_->setData(high, std::move(lines.high));
    plot_->fillBetween(low, high);
}

void CurvesTab::showSentence(const CompareAnswer& answer) {
    const SeriesUnit unit = unitOf(series_);
    QStringList last;
    for (size_t i = 0; i < answer.curves.trials.size(); ++i)
        if (const auto& value = answer.curves.trials[i].last)
            last += tr("%1: %2").arg(answer.trials[i].label, numberText(*value, unit.decimals));
    QString sentence = last.isEmpty() ? tr("None of the shown runs has %1.").arg(seriesText())
                                      : tr("%1, last value: %2").arg(seriesText(), last.join(QStringLiteral("; ")));
    if (answer.curves.withoutZero > 0)
        sentence += QLatin1Char(' ') +
                    tr("%n run(s) are left out: they have no \"%1\".", "", answer.curves.withoutZero).arg(zero_->currentText());
    if (answer.curves.onlyMeans)
        sentence += QLatin1Char(' ') +
                    tr("Means alone: beyond %1 runs there are no lines of seeds, beyond %2 trials nothing around the means.")
                        .arg(mostSeedLines)
                        .arg(mostSpreads);
    plot_->setSentence(sentence);
}

}  // namespace gaplab::ui
