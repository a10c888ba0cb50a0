#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/plot/canvas.h"

namespace gaplab::ui {
namespace {

/// The smallest range that holds all that was added.
struct Extent {
    double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();

    void add(double value) {
        if (!std::isfinite(value)) return;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    bool empty() const { return low > high; }
    double span() const { return high - low; }
};

}  // namespace

void Canvas::fit() {
    fitsX_ = true;
    following_ = false;
    for (Panel& panel : panels_)
        panel.fitsY = true;
}

void Canvas::showX(const QCPRange& range) {
    if (!(range.lower < range.upper)) return;
    fitsX_ = following_ = false;
    moveX(range);
}

void Canvas::showY(int index, const QCPRange& range) {
    QCPAxis& axis = *panel(index).y();
    if (!(range.lower < range.upper) || (axis.scaleType() == QCPAxis::stLogarithmic && range.lower <= 0)) return;
    arranging_ = true;
    axis.setRange(range);
    arranging_ = false;
    panel(index).fitsY = false;
}

void Canvas::zoom(double factor) {
    if (panels_.empty()) return;
    const QCPRange range = panels_.front().x()->range();
    const double half = range.size() / factor / 2;
    fitsX_ = false;
    moveX({range.center() - half, range.center() + half});
}

void Canvas::pan(double share) {
    if (panels_.empty()) return;
    const QCPRange range = panels_.front().x()->range();
    fitsX_ = following_ = false;
    moveX(range + share * range.size());
}

void Canvas::setFollowing(bool following) {
    if (following && fitsX_) zoom(4);
    following_ = following;
}

/// Points without a line are drawn whole at the edges too.
double Canvas::marginX() const {
    const bool marks = std::ranges::any_of(series_, [](const auto& series) { return series->style.mark.has_value(); });
    return marks ? 0.05 : 0.015;
}

void Canvas::updateRangeX() {
    Extent extent, newest;
    for (const auto& series : series_) {
        const CurveData& points = series->curve->data();
        if (points.empty() || !panel(series->panel).visible) continue;
        extent.add(points.x(0));
        extent.add(points.x(points.size() - 1));
        newest.add(points.x(points.size() - 1));
    }
    for (const Panel& panel : panels_)
        if (panel.visible)
            for (const QPointF& point : panel.target)
                extent.add(point.x());
    if (extent.empty()) extent.low = 0, extent.high = 1;
    if (extent.span() <= 0) extent.high = extent.low + 1;
    const bool logarithmic = !panels_.empty() && panels_.front().x()->scaleType() == QCPAxis::stLogarithmic;
    if (fitsX_ && logarithmic && extent.low > 0) {
        const double room = std::max(1.05, std::pow(extent.high / extent.low, 0.04));
        moveX({extent.low / room, extent.high * room});
    } else if (fitsX_) {
        const double room = marginX() * extent.span();
        moveX({extent.low - room, extent.high + room});
    } else if (following_ && !newest.empty()) {
        const QCPRange range = panels_.front().x()->range();
        const double behind = newest.high + 0.03 * range.size() - range.upper;
        moveX(range + behind);
    }
}

QCPRange Canvas::valuesOf(const Panel& panel, int index, const QCPRange& x, QCP::SignDomain signs) const {
    Extent extent;
    for (const auto& series : series_) {
        bool found = false;
        const QCPRange values = series->panel == index ? series->curve->getValueRange(found, signs, x) : QCPRange();
        if (!found) continue;
        extent.add(values.lower);
        extent.add(values.upper);
    }
    for (const QPointF& point : panel.target)
        if (x.contains(point.x())) {
            extent.add(point.y() - panel.halfWidth);
            extent.add(point.y() + panel.halfWidth);
        }
    return extent.empty() ? QCPRange(signs == QCP::sdPositive ? 0.1 : 0, 1) : QCPRange(extent.low, extent.high);
}

QCPRange Canvas::valuesAfterTheFirst(const Panel& panel, int index, const QCPRange& x) const {
    double first = std::numeric_limits<double>::infinity();
    size_t most = 0;
    for (const auto& series : series_) {
        const CurveData& points = series->curve->data();
        if (series->panel != index || points.empty()) continue;
        first = std::min(first, points.x(0));
        most = std::max(most, points.size());
    }
    constexpr size_t enough = 4;
    if (most < enough || !x.contains(first)) return valuesOf(panel, index, x);
    return valuesOf(panel, index, {first + 1e-9 * x.size(), x.upper});
}

void Canvas::setTickRoom(Panel& panel, int height) {
    panel.y()->ticker()->setTickCount(std::clamp(height / (2 * fontMetrics().height()), 2, 5));
}

void Canvas::updateRangeY(Panel& panel, int index) {
    setTickRoom(panel, panel.rect->height());
    if (!panel.fitsY) return;
    const QCPRange x = panel.x()->range();
    if (panel.y()->scaleType() == QCPAxis::stLogarithmic) {
        const QCPRange values = valuesOf(panel, index, x, QCP::sdPositive);
        const double room = std::max(1.1, std::pow(values.upper / values.lower, 0.07));
        arranging_ = true;
        panel.y()->setRange(values.lower / room, values.upper * room);
        arranging_ = false;
        return;
    }
    QCPRange values = valuesOf(panel, index, x);
    // What untrained networks do at step 0 may be of another order than all that comes: it would flatten the rest.
    constexpr double farOff = 20;
    if (const QCPRange later = valuesAfterTheFirst(panel, index, x); later.size() > 0 && values.size() > farOff * later.size())
        values = later;
    Extent extent;
    extent.add(values.lower);
    extent.add(values.upper);
    // A level line is not blown up to the noise of its last digit.
    const double least = 2 * std::pow(10.0, -panel.decimals);
    const double room = std::max(0.07 * extent.span(), (least - extent.span()) / 2);
    arranging_ = true;
    panel.y()->setRange(extent.low - room, extent.high + room);
    arranging_ = false;
}

void Canvas::updateRanges() {
    updateRangeX();
    for (size_t i = 0; i < panels_.size(); ++i)
        updateRangeY(panels_[i], static_cast<int>(i));
}

void Canvas::redraw() {
    updateRanges();
    updateLegend(width());
    if (size().isEmpty()) return;  // not laid out yet: nothing to paint on
    replot(QCustomPlot::rpQueuedReplot);
}

}  // namespace gaplab::ui
