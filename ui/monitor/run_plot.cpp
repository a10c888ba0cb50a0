#include "ui/monitor/run_plot.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/gap/target.h"
#include "ui/models/run_facts.h"
#include "ui/models/series_text.h"

namespace gaplab::ui {
namespace {

const QString baselineId = QStringLiteral("baseline");
constexpr int firstOtherColor = 3;  // blue, vermillion and green have a meaning here

QPointF shown(const std::string& series, const Point& point) {
    return {point.epoch, unitOf(series).scale * point.value};
}

int panelOf(const std::string& series) {
    if (series == actuatorSeries) return RunPlot::Actuator;
    if (series.starts_with("gap") || series.starts_with("controller")) return RunPlot::Gap;
    return series.ends_with("/loss") ? RunPlot::Loss : RunPlot::Accuracy;
}

/// The target between two epochs, close enough for curved and stepped ones.
QVector<QPointF> targetLine(const GapTarget& target, double from, double to) {
    constexpr int pieces = 200;
    QVector<QPointF> line;
    const bool straight = target.target.between == Curve::Between::Line;
    for (int i = 0; i <= pieces; ++i) {
        const double epoch = from + (to - from) * i / pieces;
        if (straight && i > 0 && i < pieces) continue;  // its corners are enough
        line += {epoch, targetAt(target, epoch)};
    }
    if (straight)
        for (const auto& [epoch, points] : target.target.points)
            if (epoch > from && epoch < to) line.insert(line.size() - 1, {epoch, points});
    return line;
}

bool isRemarkable(const RunEvent& event) {
    constexpr std::array kinds = {"resumed", "rewound", "edit", "tuned", "released", "held"};
    return event.level != "info" || std::ranges::find(kinds, event.kind) != kinds.end();
}

}  // namespace

RunPlot::RunPlot(QWidget* parent) : PlotView(parent) {
    setObjectName(QStringLiteral("runPlot"));
    addPanel(tr("Validation accuracy (%)"), 6, 1);
    addPanel(tr("Gap (points)"), 4, 1);
    addPanel(tr("Actuator"), 2, 3);
    addPanel(tr("Loss"), 3, 3);
    setXTitle(tr("Epoch"));
}

void RunPlot::start(const RunSnapshot& snapshot) {
    clear();
    const std::vector<std::string> teachers = teacherRoles(snapshot.row);
    teacher_ = snapshot.target ? snapshot.target->teacher : teachers.empty() ? std::string() : teachers.front();
    others_ = teachers;
    std::erase(others_, teacher_);
    setPanelVisible(Gap, !teachers.empty());
    if (!teachers.empty()) ensure(teacher_ + "/validation/accuracy");
    ensure(mainSeries);
    if (!teachers.empty())
        fillBetween(QString::fromStdString(teacher_ + "/validation/accuracy"), QString::fromStdString(mainSeries));
    const bool steered = snapshot.target && snapshot.target->controller;
    setPanelVisible(Actuator, steered);
    actuator_ = steered ? QString::fromStdString(snapshot.target->controller->actuator) : QString();
    if (snapshot.target && snapshot.epochs > 0) showTarget(*snapshot.target, snapshot.epochs, {});
}

void RunPlot::showTarget(const GapTarget& target, double epochs, const std::vector<Point>& followed) {
    QVector<QPointF> line;
    for (const Point& point : followed)
        line += {point.epoch, 100 * point.value};
    const double from = followed.empty() ? 0 : followed.back().epoch;
    if (from < epochs) line += targetLine(target, from, epochs);
    setBand(Gap, line, target.band, tr("Target and band"));
}

Ink RunPlot::inkOf(const std::string& role) const {
    if (role == "student") return studentInk();
    if (role == teacher_) return teacherInk();
    const auto place = std::ranges::find(others_, role) - others_.begin();
    return identityInk(firstOtherColor + static_cast<int>(place) % 4);
}

/// Moving averages are dotted in the colour of what they are the average of.
SeriesStyle RunPlot::styleOf(const std::string& series) const {
    constexpr std::string_view average = "_ema", pair = "gap:";
    if (series == "student/train/loss") return {tr("Training loss"), studentInk(), Qt::SolidLine, 1.5};
    if (series == "student/validation/loss") return {tr("Validation loss"), studentInk(), Qt::DashLine, 1.5};
    if (series == mainSeries) return {tr("Student"), studentInk()};
    if (series == batchGapSeries) return {tr("Gap on training batches"), identityInk(7), Qt::DotLine, 1.0};
    if (series == steeredGapSeries) return {tr("Gap that is held (smoothed batches)"), identityInk(5), Qt::SolidLine, 2.0};
    if (series == actuatorSeries) return {tr("Actuator: %1").arg(actuator_), identityInk(3), Qt::SolidLine, 1.5};
    if (series == gapSeries) return {tr("Measured gap"), identityInk(7), Qt::SolidLine, 2.5};
    std::string role = series.substr(0, series.find('/'));
    if (role.starts_with(pair)) {
        const std::string teacher = role.substr(pair.size(), role.find('-') - pair.size());
        if (teacher.ends_with(average)) return {tr("Gap, moving averages"), identityInk(7), Qt::DotLine, 1.5};
        return {tr("Gap %1").arg(QString::fromStdString(teacher)), inkOf(teacher), Qt::DashDotLine};
    }
    if (role.ends_with(average)) {
        role.resize(role.size() - average.size());
        const QString of = role == "student" ? tr("Student") : QString::fromStdString(role);
        return {tr("%1, moving average").arg(of), inkOf(role), Qt::DotLine, 1.5};
    }
    return {tr("Teacher %1").arg(QString::fromStdString(role)), inkOf(role), role == teacher_ ? Qt::SolidLine : Qt::DashDotLine};
}

bool RunPlot::ensure(const std::string& series) {
    if (!isWatched(series) || series == targetSeries) return false;  // that one is the band's middle
    const QString id = QString::fromStdString(series);
    if (!hasSeries(id)) addSeries(id, panelOf(series), styleOf(series));
    return true;
}

void RunPlot::showSeries(const std::string& series, const std::vector<Point>& points) {
    if (!ensure(series)) return;
    QVector<QPointF> line;
    for (const Point& point : points)
        line += shown(series, point);
    setPoints(QString::fromStdString(series), line);
}

void RunPlot::appendPoint(const std::string& series, const Point& point) {
    if (ensure(series)) append(QString::fromStdString(series), shown(series, point));
}

void RunPlot::showBaseline(const std::vector<Point>& points) {
    if (points.empty()) return;
    addSeries(baselineId, Accuracy, {tr("Student alone"), baselineInk(), Qt::DashLine, 1.5});
    QVector<QPointF> line;
    for (const Point& point : points)
        line += shown(mainSeries, point);
    setPoints(baselineId, line);
}

void RunPlot::showEvents(const std::vector<RunEvent>& events) {
    QVector<PlotMarker> markers;
    for (const RunEvent& event : events)
        if (isRemarkable(event)) markers += PlotMarker{event.epoch, QString::fromStdString(event.kind)};
    setMarkers(markers);
}

}  // namespace gaplab::ui
