#include "ui/fairness/parts_tab.h"

#include <algorithm>

#include <QSplitter>
#include <QVBoxLayout>

#include "ui/fairness/text_table.h"
#include "ui/fairness/words.h"
#include "ui/models/format.h"
#include "ui/plot/plot_view.h"

namespace gaplab::ui {
namespace {

constexpr int mostShown = 30;  // names stay legible; the others are a drag away
constexpr double barWidth = 7, intervalWidth = 1.5, markSize = 9;

/// The student's share right, lowest first; parts without enough data at the end.
std::vector<const BiasPart*> sorted(const std::vector<BiasPart>& parts) {
    std::vector<const BiasPart*> order;
    for (const BiasPart& part : parts)
        order.push_back(&part);
    std::ranges::stable_sort(order, {}, [](const BiasPart* part) { return part->student.value.value_or(2); });
    return order;
}

struct Network {
    QString id, title;
    BiasFigure BiasPart::*figure;
    Ink ink;
    int mark;
};

}  // namespace

PartsTab::PartsTab(QWidget* parent)
    : ReportView(parent), plot_(new PlotView), table_(new TextTable(QStringLiteral("biasClassTable"), tr("Classes"))) {
    plot_->setObjectName(QStringLiteral("biasClassPlot"));
    plot_->addPanel(tr("Right (%)"), 3);
    plot_->addPanel(tr("Shift (points)"), 2);
    plot_->setXTitle(tr("Class, the student's lowest first"));
    auto* splitter = new QSplitter(Qt::Vertical);
    splitter->setObjectName(QStringLiteral("biasClassSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(plot_);
    splitter->addWidget(table_);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->addWidget(splitter);
}

void PartsTab::showReport(const BiasReport& report) {
    const std::vector<const BiasPart*> parts = sorted(report.classes);
    draw(report, parts);
    fillParts(*table_, report, parts, tr("Class"));
}

void PartsTab::draw(const BiasReport& report, const std::vector<const BiasPart*>& parts) {
    plot_->clear();
    QStringList names;
    for (const BiasPart* part : parts)
        names += QString::fromStdString(part->name);
    plot_->setXNames(names);
    plot_->setPanelVisible(1, report.baseline.has_value());
    std::vector<Network> networks = {{QStringLiteral("student"), studentTitle(), &BiasPart::student, studentInk(), 0}};
    if (report.teacher)
        networks.push_back({QStringLiteral("teacher"), teacherTitle(report), &BiasPart::teacher, teacherInk(), 1});
    if (report.baseline) networks.push_back({QStringLiteral("alone"), baselineTitle(), &BiasPart::baseline, baselineInk(), 2});
    const auto interval = [this](const QString& id, int panel, double x, double low, double high, const Ink& ink, double width) {
        plot_->addSeries(id, panel, {id, ink, Qt::SolidLine, width, false, false});
        plot_->setPoints(id, {{x, low}, {x, high}});
    };
    for (size_t n = 0; n < networks.size(); ++n) {
        const Network& network = networks[n];
        const double aside = 0.22 * (static_cast<double>(n) - static_cast<double>(networks.size() - 1) / 2);
        QVector<QPointF> points;
        for (size_t i = 0; i < parts.size(); ++i) {
            const BiasFigure& figure = parts[i]->*network.figure;
            if (!figure.value) continue;
            const double x = static_cast<double>(i) + aside;
            points += {x, 100 * *figure.value};
            if (figure.interval)
                interval(QStringLiteral("%1 %2").arg(network.id).arg(i), 0, x, 100 * figure.interval->low,
                         100 * figure.interval->high, network.ink, intervalWidth);
        }
        SeriesStyle style{network.title, network.ink, Qt::SolidLine, markSize};
        style.mark = network.mark;
        plot_->addSeries(network.id, 0, style);
        plot_->setPoints(network.id, points);
    }
    QVector<QPointF> up, down, still;
    for (size_t i = 0; report.baseline && i < parts.size(); ++i) {
        const fairness::ClassMovement& movement = parts[i]->movement;
        if (movement.moved == fairness::Moved::NotEnoughData) continue;
        const QPointF at(static_cast<double>(i), 100 * movement.difference);
        interval(QStringLiteral("bar %1").arg(i), 1, at.x(), std::min(0.0, at.y()), std::max(0.0, at.y()), studentInk(),
                 barWidth);
        (movement.moved == fairness::Moved::Up ? up : movement.moved == fairness::Moved::Down ? down : still) += at;
    }
    const auto marks = [this](const QString& id, const QString& title, const QVector<QPointF>& points, int mark, int ink) {
        if (points.isEmpty()) return;
        SeriesStyle style{title, identityInk(ink), Qt::SolidLine, markSize};
        style.mark = mark;
        plot_->addSeries(id, 1, style);
        plot_->setPoints(id, points);
    };
    marks(QStringLiteral("still"), tr("Not beyond noise"), still, 0, 7);
    marks(QStringLiteral("up"), tr("Moved up"), up, 3, 2);
    marks(QStringLiteral("down"), tr("Moved down"), down, 4, 1);
    // Names lean to the right: the last ones need room, too.
    const double shown = std::min<double>(static_cast<double>(names.size()), mostShown);
    plot_->setXRange(-0.7, shown - 0.3 + 0.12 * shown);
    QString sentence = tr("%n class(es), sorted by what the student gets right.", "", static_cast<int>(names.size()));
    if (report.baseline)
        sentence +=
            ' ' + tr("Shift: against the student alone; %1 moved down and %2 up beyond noise.").arg(down.size()).arg(up.size());
    plot_->setSentence(sentence);
}

void fillParts(TextTable& table, const BiasReport& report, const std::vector<const BiasPart*>& parts, const QString& noun) {
    QStringList headings = {noun, PartsTab::tr("Images"), PartsTab::tr("In training"), studentTitle()};
    if (report.teacher) headings += teacherTitle(report);
    if (report.baseline) headings += {baselineTitle(), PartsTab::tr("Against alone (points)"), PartsTab::tr("Moved")};
    const bool calibrated =
        std::ranges::any_of(parts, [](const BiasPart* part) { return part->studentCalibration.value.has_value(); });
    if (calibrated) headings += PartsTab::tr("Calibration error");
    QList<QStringList> rows;
    for (const BiasPart* part : parts) {
        QStringList row = {QString::fromStdString(part->name), imagesText(part->images), imagesText(part->trainingImages),
                           shareText(part->student)};
        if (report.teacher) row += shareText(part->teacher);
        if (report.baseline) row += {shareText(part->baseline), movementText(part->movement), movedText(part->movement.moved)};
        if (calibrated) row += shareText(part->studentCalibration);
        rows += row;
    }
    table.setRows(headings, rows);
}

}  // namespace gaplab::ui
