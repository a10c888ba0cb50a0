#include <array>
#include <cmath>

#include <QToolTip>

#include "ui/plot/canvas.h"
#include "ui/window/theme.h"

namespace gaplab::ui {
namespace {

// Up to so many points each is drawn as a dot: a first point has no line yet.
constexpr size_t dottedPoints = 40;
constexpr int legendColumnSpacing = 18;

QColor translucent(QColor color, double opacity) {
    color.setAlphaF(static_cast<float>(opacity));
    return color;
}

/// Shapes that are told apart without their colours; `size` in pixels.
QCPScatterStyle markStyle(int mark, const QColor& color, double size) {
    static constexpr std::array shapes = {
        QCPScatterStyle::ssDisc,     QCPScatterStyle::ssSquare,           QCPScatterStyle::ssDiamond,
        QCPScatterStyle::ssTriangle, QCPScatterStyle::ssTriangleInverted, QCPScatterStyle::ssCrossSquare};
    return {shapes[static_cast<size_t>(mark) % shapes.size()], QPen(color, 1.5), QBrush(color), size};
}

}  // namespace

void Canvas::changeEvent(QEvent* event) {
    QCustomPlot::changeEvent(event);
    if (event->type() != QEvent::PaletteChange && event->type() != QEvent::FontChange) return;
    restyle();
    redraw();
}

void Canvas::restyle() {
    const PlotColors colors = plotColors(ground());
    setBackground(colors.background);
    for (Panel& panel : panels_) {
        panel.rect->setMinimumMargins({fontMetrics().horizontalAdvance(QStringLiteral("−100.0")) + 2 * fontMetrics().height(),
                                       fontMetrics().height() / 2, fontMetrics().height(), 0});
        for (QCPAxis* axis : panel.rect->axes())
            styleAxis(axis);
        styleBand(panel);
    }
    for (const auto& series : series_)
        styleSeries(*series);
    restyleCursors();
    lineLegend_->setFont(font());
    lineLegend_->setIconSize(2 * fontMetrics().height(), fontMetrics().height() + 3);  // room below the line for its letters
    lineLegend_->setTextColor(colors.foreground);
    lineLegend_->setBrush(Qt::NoBrush);
    lineLegend_->setBorderPen(Qt::NoPen);
    lineLegend_->setColumnSpacing(legendColumnSpacing);
    lineLegend_->setRowSpacing(0);
    selectionRect()->setPen(QPen(colors.foreground, 1, Qt::DashLine));
    selectionRect()->setBrush(translucent(colors.foreground, 0.08));
    styleMarkers();
}

double Canvas::lineScale() const {
    return paper_ ? 0.6 : 1;  // what a screen needs is thick on paper
}

void Canvas::styleAxis(QCPAxis* axis) {
    const PlotColors colors = plotColors(ground());
    const QPen pen(colors.foreground, lineScale());
    axis->setBasePen(pen);
    axis->setTickPen(pen);
    axis->setSubTickPen(pen);
    axis->setTickLabelColor(colors.foreground);
    axis->setLabelColor(colors.foreground);
    axis->setTickLabelFont(font());
    axis->setLabelFont(font());
    axis->grid()->setPen(QPen(colors.grid, lineScale()));
    axis->grid()->setZeroLinePen(QPen(colors.grid, lineScale()));
}

void Canvas::styleSeries(PlotSeries& series) {
    const QColor color = series.style.ink(ground());
    PlotCurve& curve = *series.curve;
    curve.setName(series.style.name);
    curve.setPen(QPen(color, lineScale() * series.style.width, series.style.mark ? Qt::NoPen : series.style.dash));
    const bool dotted = curve.data().size() <= dottedPoints && series.style.width > 1;
    if (series.style.mark)
        curve.setScatterStyle(markStyle(*series.style.mark, color, lineScale() * series.style.width));
    else
        curve.setScatterStyle(dotted ? QCPScatterStyle(QCPScatterStyle::ssDisc, QPen(color, 1), color, 5 * lineScale())
                                     : QCPScatterStyle());
    const QColor area =
        series.style.fill ? translucent(series.style.fill(ground()), 0.18) : translucent(plotColors(ground()).foreground, 0.09);
    curve.setBrush(curve.isFilled() ? QBrush(area) : QBrush());
    if (series.style.inLegend)
        curve.addToLegend(lineLegend_);
    else
        curve.removeFromLegend(lineLegend_);
    if (series.missing) series.missing->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCross, QPen(color, 2), QBrush(), 9));
}

void Canvas::styleBand(Panel& panel) {
    if (!panel.line) return;
    const QColor color = plotColors(ground()).band;
    panel.line->setPen(QPen(color, 1.5 * lineScale()));
    for (QCPGraph* edge : {panel.lower, panel.upper})
        edge->setPen(QPen(color, lineScale(), Qt::DashLine));
    panel.upper->setBrush(translucent(color, 0.2));
}

void Canvas::styleMarkers() {
    const QColor color = plotColors(ground()).foreground;
    for (QCPAbstractItem* item : markerItems_) {
        if (auto* line = qobject_cast<QCPItemLine*>(item)) line->setPen(QPen(translucent(color, 0.6), 1, Qt::DotLine));
        if (auto* text = qobject_cast<QCPItemText*>(item)) {
            text->setColor(color);
            text->setFont(font());
        }
    }
}

void Canvas::updateLegend(int width) {
    int widest = 0, items = 0;
    for (int i = 0; i < lineLegend_->itemCount(); ++i)  // cells without an item are counted too
        if (const QCPAbstractLegendItem* item = lineLegend_->item(i)) {
            widest = std::max(widest, item->minimumOuterSizeHint().width());
            ++items;
        }
    // Columns without an item would still take their spacing.
    const int columns = std::clamp((width - 2 * legendColumnSpacing) / (widest + legendColumnSpacing), 1, std::max(1, items));
    lineLegend_->setWrap(columns);
    lineLegend_->setFillOrder(QCPLegend::foColumnsFirst, true);
    lineLegend_->setVisible(widest > 0);
}

bool Canvas::isNear(const Panel& panel, QPointF point, QPoint pixel) {
    constexpr double reach = 12;
    return QLineF(panel.x()->coordToPixel(point.x()), panel.y()->coordToPixel(point.y()), pixel.x(), pixel.y()).length() < reach;
}

void Canvas::showValues(QMouseEvent* event) {
    if (event->buttons() != Qt::NoButton) return;
    const auto under = std::ranges::find_if(
        panels_, [event](const Panel& panel) { return panel.visible && panel.rect->rect().contains(event->pos()); });
    QStringList lines;
    setMark(Pointer, under == panels_.end() ? std::nullopt : std::optional(under->x()->pixelToCoord(event->pos().x())));
    if (under != panels_.end()) {
        const double x = *cursors_[Pointer].x;
        const auto index = static_cast<int>(under - panels_.begin());
        for (const auto& series : series_) {
            if (series->panel != index || series->curve->data().empty() || !series->style.isRead) continue;
            const QPointF nearest = series->curve->data().nearest(x);
            if (series->style.mark && !isNear(*under, nearest, event->pos()))
                continue;  // a point tells nothing of its surroundings
            lines += QStringLiteral("%1 (%2): %3")
                         .arg(series->style.name, locale().toString(nearest.x(), 'g', 4),
                              std::isfinite(nearest.y()) ? locale().toString(nearest.y(), 'f', under->decimals)
                                                         : QStringLiteral("NaN"));
        }
    }
    QToolTip::showText(event->globalPosition().toPoint(), lines.join('\n'), this);
}

}  // namespace gaplab::ui
