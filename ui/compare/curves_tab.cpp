#include "ui/compare/curves_tab.h"

#include <cmath>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/models/format.h"
#include "ui/models/series_text.h"
#include "ui/plot/plot_view.h"

namespace gaplab::ui {
namespace {

constexpr double runWidth = 1.3, aloneWidth = 2, meanWidth = 3;

}  // namespace

CurvesTab::CurvesTab(TrialColors& colors, QWidget* parent)
    : QWidget(parent), colors_(colors), series_(mainSeries), choice_(new QComboBox), plot_(new PlotView) {
    choice_->setObjectName(QStringLiteral("series"));
    choice_->setAccessibleName(tr("Series"));
    choice_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    plot_->setObjectName(QStringLiteral("comparePlot"));
    plot_->addPanel({});
    plot_->setXTitle(tr("Epoch"));
    auto* label = new QLabel(tr("&Series"));
    label->setBuddy(choice_);
    auto* row = new QHBoxLayout;
    row->addWidget(label);
    row->addWidget(choice_);
    row->addStretch();
    auto* column = new QVBoxLayout(this);
    column->addLayout(row);
    column->addWidget(plot_, 1);
    connect(choice_, &QComboBox::currentIndexChanged, this, [this](int index) {
        series_ = choice_->itemData(index).toString().toStdString();
        Q_EMIT seriesChosen();
    });
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

void CurvesTab::show(const CompareAnswer& answer, const std::set<int64_t>& hidden) {
    offerSeries(answer.series);
    const SeriesUnit unit = unitOf(series_);
    // Another unit needs other ranges; else the zoom stays while runs come, go and grow.
    if (drawn_ != series_)
        plot_->clear();
    else
        plot_->clearSeries();
    drawn_ = series_;
    plot_->setPanelTitle(0, unit.axis);
    QStringList last;
    for (const CompareAnswer::Trial& trial : answer.trials)
        if (const QString value = addTrial(answer, trial, hidden); !value.isEmpty()) last += tr("%1: %2").arg(trial.label, value);
    plot_->setSentence(last.isEmpty() ? tr("None of the shown runs has %1.").arg(seriesTitle(series_))
                                      : tr("%1, last value: %2").arg(seriesTitle(series_), last.join(QStringLiteral("; "))));
}

/// Returns the last value in words; empty where there is none.
QString CurvesTab::addTrial(const CompareAnswer& answer, const CompareAnswer::Trial& trial, const std::set<int64_t>& hidden) {
    std::vector<std::vector<Point>> curves;
    const auto shown = std::ranges::count_if(
        trial.runs, [&](const RunRow& run) { return !hidden.contains(run.id) && !answer.curves.at(run.id).empty(); });
    for (size_t i = 0; i < trial.runs.size(); ++i) {
        const RunRow& run = trial.runs[i];
        const std::vector<Point>& points = answer.curves.at(run.id);
        if (hidden.contains(run.id) || points.empty()) continue;
        curves.push_back(points);
        const QString name = shown > 1 ? tr("%1, seed %2").arg(trial.label, QString::number(run.seed)) : trial.label;
        addLine(QString::number(run.id), points,
                {name, colors_.inkOf(trial.id), repeatDash(static_cast<int>(i)), shown > 1 ? runWidth : aloneWidth, shown == 1});
    }
    if (curves.empty()) return {};
    const std::vector<Point> mean = meanCurve(curves);
    if (shown > 1)
        addLine(QString::fromStdString(trial.id), mean,
                {tr("%1, mean of %n run(s)", "", static_cast<int>(shown)).arg(trial.label), colors_.inkOf(trial.id),
                 Qt::SolidLine, meanWidth});
    const SeriesUnit unit = unitOf(series_);
    return mean.empty() ? QString() : numberText(unit.scale * mean.back().value, unit.decimals);
}

void CurvesTab::addLine(const QString& id, const std::vector<Point>& points, const SeriesStyle& style) {
    const double scale = unitOf(series_).scale;
    QVector<QPointF> line;
    for (const Point& point : points)
        line += {point.epoch, scale * point.value};
    plot_->addSeries(id, 0, style);
    plot_->setPoints(id, line);
}

}  // namespace gaplab::ui
