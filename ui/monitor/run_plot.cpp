#include "ui/monitor/run_plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/gap/target.h"
#include "core/run/inspect.h"
#include "ui/models/run_facts.h"
#include "ui/models/series_text.h"

namespace gaplab::ui {
namespace {

const QString baselineId = QStringLiteral("baseline");
constexpr std::array besideColors = {4, 6, 3, 5, 7};  // those that mean something in this plot come last

/// The calmer twin of a line.
QString calmerId(const std::string& series) {
    return QString::fromStdString(series) + QLatin1Char('~');
}

QString besideId(qint64 run, const std::string& series) {
    return QStringLiteral("beside %1 %2").arg(run).arg(QString::fromStdString(series));
}

QStringList namesIn(const Json& facts, const char* key) {
    QStringList names;
    if (facts.is_object())
        for (const Json& name : facts.value(key, Json::array()))
            names += QString::fromStdString(name.is_string() ? name.get<std::string>() : name.dump());
    return names;
}

/// What the controller has smoothed itself, or has made.
bool isDrawnOnce(const std::string& series) {
    return series.starts_with("controller") || series.ends_with("/learning_rate");
}

SeriesStyle ghost(SeriesStyle style) {
    style.ink = [ink = style.ink](const QPalette& palette) {
        QColor color = ink(palette);
        color.setAlpha(90);
        return color;
    };
    style.width = 1;
    style.inLegend = false;
    return style;
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
    constexpr std::array kinds = {"resumed", "rewound", "edit", "tuned", "released", "held", "widened", "anchor"};
    return event.level != "info" || std::ranges::find(kinds, event.kind) != kinds.end();
}

}  // namespace

RunPlot::RunPlot(QWidget* parent) : PlotView(parent), detail_(&details().front()) {
    setObjectName(QStringLiteral("runPlot"));
    addPanel(tr("Validation accuracy (%)"), 6, 1);
    addPanel(tr("Gap (points)"), 4, 1);
    addPanel(tr("Actuator"), 2, 3);
    addPanel(detail_->axisText(), 3, 3);
    addPanel(tr("Other data (%)"), 3, 1);
    addPanel(tr("Distance"), 3, 3);
    setXTitle(scale_.title());
    connect(this, &PlotView::bandDragged, this, [this](int, double target, double band) { Q_EMIT targetDragged(target, band); });
}

void RunPlot::setView(const XScale& scale, const Smoothing& smoothing, const Detail& detail) {
    scale_ = scale;
    smoothing_ = smoothing;
    detail_ = &detail;
    setXTitle(scale.title());
    setPanelTitle(More, detail.axisText());
}

int RunPlot::panelOf(const std::string& series) const {
    if (!driftPartOf(series).empty()) return Distance;
    if (!otherDataOf(series).empty() && series.ends_with("/accuracy")) return Other;
    if (detail_->shows(series)) return More;
    if (series == actuatorSeries) return Actuator;
    return series.starts_with("gap") || series.starts_with("controller") ? Gap : Accuracy;
}

QPointF RunPlot::shown(const std::string& series, const Point& point) const {
    const double scale = panelOf(series) == More ? detail_->scale : unitOf(series).scale;
    return {scale_.x(point.step, point.epoch, point.wall), scale * point.value};
}

void RunPlot::start(const RunSnapshot& snapshot) {
    clear();
    smoothers_.clear();
    outside_ = 0;
    otherData_.clear();
    parts_.clear();
    planned_.reset();
    setSteerable(false);
    const std::vector<std::string> teachers = teacherRoles(snapshot.row);
    teacher_ = snapshot.target ? snapshot.target->teacher : teachers.empty() ? std::string() : teachers.front();
    others_ = teachers;
    classes_ = namesIn(snapshot.row.dataFacts, "classes");
    groups_ = namesIn(snapshot.row.dataFacts, "groups");
    ofWorstGroup_ = snapshot.target && gapSeriesOf(*snapshot.target) == worstGroupGapSeries;
    std::erase(others_, teacher_);
    setPanelVisible(Gap, !teachers.empty());
    if (!teachers.empty()) ensure(teacher_ + "/validation/accuracy");
    ensure(mainSeries);
    if (!teachers.empty())
        fillBetween(QString::fromStdString(teacher_ + "/validation/accuracy"), QString::fromStdString(mainSeries));
    const bool steered = snapshot.target && snapshot.target->controller;
    setPanelVisible(Actuator, steered);
    for (const Panel panel : {More, Other, Distance})
        setPanelVisible(panel, false);  // until something is to be seen there
    const Member* turned = steered ? catalogue().find(Registry::Actuator, snapshot.target->controller->actuator) : nullptr;
    setPanelLogarithmic(Actuator, turned && turned->facts.value("logarithmic", false));
    actuator_ = steered ? QString::fromStdString(snapshot.target->controller->actuator) : QString();
    if (snapshot.target && snapshot.epochs > 0) showTarget(*snapshot.target, snapshot.epochs, {});
}

void RunPlot::showTarget(const GapTarget& target, double epochs, const std::vector<Point>& followed) {
    QVector<QPointF> line;
    for (const Point& point : followed)
        line += {scale_.x(point.step, point.epoch, point.wall), 100 * point.value};
    const double from = followed.empty() ? 0 : followed.back().epoch;
    if (from < epochs)
        for (const QPointF& planned : targetLine(target, from, epochs))
            if (const auto x = scale_.planned(planned.x())) line += {*x, planned.y()};
    setBand(Gap, line, target.band, tr("Target and band"));
    planned_ = followed.empty() ? scale_.planned(from) : line[followed.size() - 1].x();
    setSteerable(steerable_);
}

void RunPlot::setSteerable(bool steerable) {
    steerable_ = steerable;
    setBandGrip(Gap, steerable ? planned_ : std::nullopt);
}

void RunPlot::showOutside(const std::vector<Point>& gap, const GapTarget& target, const std::vector<Point>& followed) {
    const auto wanted = [&](const Point& point) {  // as it was followed, where it was
        const auto same = std::ranges::lower_bound(followed, point.step, {}, &Point::step);
        return same == followed.end() || same->step != point.step ? targetAt(target, point.epoch) : 100 * same->value;
    };
    QVector<QVector<QPointF>> lines;
    bool outside = false;
    for (size_t i = 0; i < gap.size(); ++i) {
        const double error = 100 * gap[i].value - wanted(gap[i]);
        const bool now = std::abs(error) > target.band;  // what is not a number is neither
        if (now && !outside) lines += QVector<QPointF>();
        if (now) lines.last() += {scale_.x(gap[i].step, gap[i].epoch, gap[i].wall), 100 * gap[i].value};
        outside = now;
    }
    for (int i = 0; i < std::max<int>(outside_, static_cast<int>(lines.size())); ++i) {
        const QString id = QStringLiteral("outside %1").arg(i);
        if (!hasSeries(id)) {
            SeriesStyle style{tr("Outside the band"), identityInk(1), Qt::SolidLine, 5};
            style.inLegend = i == 0;
            style.isRead = false;
            addSeries(id, Gap, style);
        }
        setPoints(id, i < lines.size() ? lines[i] : QVector<QPointF>());
    }
    outside_ = std::max<int>(outside_, static_cast<int>(lines.size()));
}

bool RunPlot::ensure(const std::string& series) {
    if (!isWatched(series) || series == targetSeries) return false;  // that one is the band's middle
    if (isDetail(series) && !detail_->shows(series)) return false;
    if (series == worstGroupGapSeries && !ofWorstGroup_) return false;  // the target is about all images
    const QString id = QString::fromStdString(series);
    if (hasSeries(id)) return true;
    if (series.ends_with("/forgetting")) return false;  // the distance between two lines that are drawn
    const std::string other = otherDataOf(series), part = driftPartOf(series);
    if (!other.empty() && std::ranges::find(otherData_, other) == otherData_.end()) otherData_.push_back(other);
    if (!part.empty()) parts_.push_back(part);
    if (const int panel = panelOf(series); panel >= More) setPanelVisible(panel, true);
    SeriesStyle style = styleOf(series);
    if (smoothing_.kind == Smoothing::Kind::Off || isDrawnOnce(series)) {
        addSeries(id, panelOf(series), style);
        return true;
    }
    addSeries(id, panelOf(series), ghost(style));
    //: a line and how it was smoothed: "Student (average 0.9)"
    style.name = tr("%1 (%2)").arg(style.name, smoothing_.text());
    addSeries(calmerId(series), panelOf(series), style);
    smoothers_[series] = Smoother(smoothing_);
    return true;
}

bool RunPlot::draws(const std::string& series, qint64 besideRun) const {
    if (besideRun != 0) return hasSeries(besideId(besideRun, series));
    return series == targetSeries ? !band(Gap).isEmpty() : hasSeries(QString::fromStdString(series));
}

void RunPlot::showSeries(const std::string& series, const std::vector<Point>& points) {
    if (!ensure(series)) return;
    QVector<QPointF> line, calmer;
    const auto smoother = smoothers_.find(series);
    if (smoother != smoothers_.end()) smoother->second = Smoother(smoothing_);
    for (const Point& point : points) {
        line += shown(series, point);
        if (smoother != smoothers_.end()) calmer += {line.last().x(), smoother->second.next(line.last().y())};
    }
    setPoints(QString::fromStdString(series), line);
    if (smoother != smoothers_.end()) setPoints(calmerId(series), calmer);
}

void RunPlot::appendPoint(const std::string& series, const Point& point) {
    if (!ensure(series)) return;
    const QPointF measured = shown(series, point);
    append(QString::fromStdString(series), measured);
    if (const auto smoother = smoothers_.find(series); smoother != smoothers_.end())
        append(calmerId(series), {measured.x(), smoother->second.next(measured.y())});
}

void RunPlot::showStarts(const std::vector<Forgetting>& readings) {
    for (const Forgetting& reading : readings) {
        const QString name = QString::fromStdString(reading.data), id = QStringLiteral("start %1").arg(name);
        const QVector<QPointF> line = points(QStringLiteral("student/%1/accuracy").arg(name));
        if (line.isEmpty()) continue;
        addSeries(id, Other, {tr("%1 at the start").arg(name), inkOfData(reading.data), Qt::DashLine, 1.5});
        setPoints(id, {{line.first().x(), 100 * reading.start}, {line.last().x(), 100 * reading.start}});
    }
}

void RunPlot::showBaseline(const std::vector<Point>& points) {
    if (points.empty()) return;
    addSeries(baselineId, Accuracy, {tr("Student alone"), baselineInk(), Qt::DashLine, 1.5});
    XScale own = scale_;
    own.begin = points.front().wall;  // another run, begun at another time
    QVector<QPointF> line;
    for (const Point& point : points)
        line += {own.x(point.step, point.epoch, point.wall), unitOf(mainSeries).scale * point.value};
    setPoints(baselineId, line);
}

void RunPlot::showBeside(const std::map<qint64, RunSnapshot>& runs) {
    int place = 0;
    for (const auto& [number, run] : runs) {
        const Ink ink = identityInk(besideColors[static_cast<size_t>(place) % besideColors.size()]);
        const Qt::PenStyle dash = repeatDash(1 + place / static_cast<int>(besideColors.size()));
        ++place;
        const XScale own = XScale::of(run.row, run.points, scale_.kind);
        const bool held = run.points.contains(steeredGapSeries);
        for (const std::string& series : {mainSeries, held ? steeredGapSeries : gapSeries, actuatorSeries}) {
            const auto found = run.points.find(series);
            if (found == run.points.end() || !isPanelVisible(panelOf(series))) continue;
            const QString id = besideId(number, series);
            const QString title = runTitle(run.row);
            addSeries(id, panelOf(series),
                      {series == mainSeries       ? tr("%1, student").arg(title)
                       : series == actuatorSeries ? tr("%1, actuator").arg(title)
                                                  : tr("%1, gap").arg(title),
                       ink, dash, 1.5, series == mainSeries, true});
            QVector<QPointF> line;
            for (const Point& point : found->second)
                line += {own.x(point.step, point.epoch, point.wall), unitOf(series).scale * point.value};
            setPoints(id, line);
        }
    }
}

void RunPlot::showEvents(const std::vector<RunEvent>& events) {
    QVector<PlotMarker> markers;
    for (const RunEvent& event : events)
        if (isRemarkable(event))
            markers += PlotMarker{scale_.x(event.step, event.epoch, event.wall), QString::fromStdString(event.kind)};
    setMarkers(markers);
}

}  // namespace gaplab::ui
