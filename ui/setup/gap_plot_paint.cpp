#include <algorithm>
#include <cmath>

#include <QPainter>
#include <QPainterPath>

#include "ui/setup/gap_plot.h"
#include "ui/window/theme.h"

namespace gaplab::ui {
namespace {

constexpr int plotLines = 14;          // height in lines of text
constexpr double bandHandleAt = 0.88;  // share of the width
constexpr double leastSpan = 2;        // points

QColor translucent(QColor color, double opacity) {
    color.setAlphaF(static_cast<float>(opacity));
    return color;
}

/// 1, 2 or 5 times a power of ten, so that about `count` of them fill the span.
double niceStep(double span, double count) {
    const double rough = span / count, power = std::pow(10, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= rough) return factor * power;
    return 10 * power;
}

}  // namespace

QSize GapPlot::sizeHint() const {
    return {fontMetrics().averageCharWidth() * 50, fontMetrics().lineSpacing() * plotLines};
}

QRectF GapPlot::area() const {
    const int line = fontMetrics().lineSpacing();
    const double left = line * 1.5 + fontMetrics().horizontalAdvance(QStringLiteral("−100.0"));
    return QRectF(rect()).adjusted(left, line * 0.75, -line, -line * 2.5);
}

QPointF GapPlot::toPixel(double epoch, double gap) const {
    const QRectF box = area();
    return {box.left() + (epoch - x_.low) / (x_.high - x_.low) * box.width(),
            box.bottom() - (gap - y_.low) / (y_.high - y_.low) * box.height()};
}

double GapPlot::epochAt(double pixel) const {
    return x_.low + (pixel - area().left()) / area().width() * (x_.high - x_.low);
}

double GapPlot::gapAt(double pixel) const {
    return y_.low + (area().bottom() - pixel) / area().height() * (y_.high - y_.low);
}

QPointF GapPlot::handlePosition(size_t handle) const {
    if (shape_->isBand(handle)) {
        const double epoch = x_.low + bandHandleAt * (x_.high - x_.low);
        return toPixel(epoch, shape_->curve().at(epoch) + shape_->band());
    }
    const auto [epoch, value] = shape_->curve().points[handle];
    return toPixel(shape_->isConstant() ? (x_.low + x_.high) / 2 : epoch, value);
}

// Target and band with room to move them, and what of the earlier runs lies near: their beginnings would press the target flat.
void GapPlot::fitRange() {
    x_ = {0, grid_.epochs, 1};
    double low = 0, high = leastSpan;
    if (shape_) {
        x_.high = std::max(x_.high, shape_->curve().points.back().first);
        for (const auto& [epoch, value] : shape_->curve().points) {
            low = std::min(low, value - shape_->band());
            high = std::max(high, value + shape_->band());
        }
    }
    const double farLow = low - (high - low), farHigh = high + (high - low);
    if (past_)
        for (const auto& curve : past_->curves)
            for (const QPointF& point : curve)
                if (point.x() >= curve.back().x() / 2) {
                    low = std::min(low, std::max(point.y(), farLow));
                    high = std::max(high, std::min(point.y(), farHigh));
                }
    y_.step = niceStep(high - low, 5);
    y_.high = std::ceil(high / y_.step + 0.5) * y_.step;
    y_.low = low < 0 ? std::floor(low / y_.step - 0.5) * y_.step : 0;
    x_.step = std::max(1.0, niceStep(x_.high, std::clamp(area().width() / (fontMetrics().averageCharWidth() * 8.0), 2.0, 10.0)));
    update();
}

void GapPlot::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fitRange();
}

void GapPlot::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), plotColors(palette()).background);
    paintAxes(painter);
    painter.setClipRect(area());
    paintPast(painter);
    if (shape_) paintTarget(painter);
    painter.setClipping(false);
    if (shape_) paintHandles(painter);
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

void GapPlot::paintAxes(QPainter& painter) const {
    const PlotColors colors = plotColors(palette());
    const QRectF box = area();
    const int line = fontMetrics().lineSpacing();
    const auto label = [&](const QRectF& place, int alignment, const QString& text) {
        painter.setPen(colors.foreground);
        painter.drawText(place, alignment, text);
    };
    for (int i = 0; y_.low + i * y_.step <= y_.high + y_.step / 1000; ++i) {
        const double gap = y_.low + i * y_.step;
        const double y = toPixel(0, gap).y();
        const bool zero = std::abs(gap) < y_.step / 1000;
        painter.setPen(QPen(zero ? colors.foreground : colors.grid, 1));
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y));
        label({0, y - line, box.left() - line / 3.0, 2.0 * line}, Qt::AlignRight | Qt::AlignVCenter,
              locale().toString(zero ? 0.0 : gap, 'f', y_.step < 1 ? 1 : 0));
    }
    for (double epoch = 0; epoch <= x_.high; epoch += x_.step) {
        const double x = toPixel(epoch, 0).x();
        painter.setPen(QPen(colors.grid, 1));
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()));
        label({x - 4.0 * line, box.bottom() + line / 5.0, 8.0 * line, 1.0 * line}, Qt::AlignHCenter | Qt::AlignTop,
              locale().toString(epoch));
    }
    painter.setPen(QPen(colors.foreground, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(box);
    label({box.left(), height() - line * 1.2, box.width(), 1.0 * line}, Qt::AlignCenter, tr("Epoch"));
    painter.save();
    painter.translate(0, height());
    painter.rotate(-90);
    label({height() - box.bottom(), line * 0.2, box.height(), 1.0 * line}, Qt::AlignCenter, tr("Gap (points)"));
    painter.restore();
}

void GapPlot::paintPast(QPainter& painter) const {
    if (!past_) return;
    const QColor grey = translucent(plotColors(palette()).foreground, 0.55);
    const auto pixels = [this](const QVector<QPointF>& curve) {
        QPolygonF line;
        for (const QPointF& point : curve)
            line += toPixel(point.x(), point.y());
        return line;
    };
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(grey, 1.2));
    if (past_->middle.isEmpty()) {
        for (const auto& curve : past_->curves)
            painter.drawPolyline(pixels(curve));
        return;
    }
    painter.drawPolyline(pixels(past_->middle));
    QPolygonF channel = pixels(past_->low), upper = pixels(past_->high);
    std::ranges::reverse(upper);
    channel += upper;
    painter.setPen(QPen(grey, 1, Qt::DotLine));
    painter.setBrush(translucent(grey, 0.18));
    painter.drawPolygon(channel);
}

/// The target over the whole width, moved up by `offset`.
QVector<QPointF> GapPlot::line(double offset) const {
    const QRectF box = area();
    const Curve& curve = shape_->curve();
    std::vector<double> epochs;
    for (double x = box.left(); x < box.right(); x += 2)
        epochs.push_back(epochAt(x));
    for (const auto& [epoch, value] : curve.points) {
        if (curve.between == Curve::Between::Steps) epochs.push_back(std::nextafter(epoch, -1.0));  // a step is upright
        epochs.push_back(epoch);
    }
    epochs.push_back(x_.high);
    std::ranges::sort(epochs);
    QVector<QPointF> pixels;
    for (const double epoch : epochs)
        pixels += toPixel(epoch, curve.at(epoch) + offset);
    return pixels;
}

void GapPlot::paintTarget(QPainter& painter) const {
    const QColor color = plotColors(palette()).band;
    const QPolygonF lower(line(-shape_->band())), upper(line(shape_->band()));
    QPolygonF channel = upper;
    for (qsizetype i = lower.size(); i-- > 0;)
        channel += lower[i];
    painter.setPen(Qt::NoPen);
    painter.setBrush(translucent(color, 0.2));
    painter.drawPolygon(channel);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(color, 1.2, Qt::DashLine));
    painter.drawPolyline(lower);
    painter.drawPolyline(upper);
    painter.setPen(QPen(color, 2));
    painter.drawPolyline(QPolygonF(line(0)));
}

void GapPlot::paintHandles(QPainter& painter) const {
    const PlotColors colors = plotColors(palette());
    const double radius = std::max(5.0, fontMetrics().lineSpacing() * 0.32);
    const auto draw = [&](QPointF middle, bool bar, bool focused) {
        middle.setY(std::clamp(middle.y(), area().top(), area().bottom()));  // one dragged beyond stays in sight
        const QRectF shape = bar ? QRectF(middle.x() - 1.6 * radius, middle.y() - 0.6 * radius, 3.2 * radius, 1.2 * radius)
                                 : QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius);
        const double corner = bar ? 0.6 * radius : radius;
        if (focused) {
            painter.setPen(QPen(palette().color(QPalette::Highlight), 3));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(shape.adjusted(-4, -4, 4, 4), corner + 4, corner + 4);
        }
        painter.setPen(QPen(colors.band, 2));
        painter.setBrush(focused ? colors.band : colors.background);
        painter.drawRoundedRect(shape, corner, corner);
    };
    const size_t band = shape_->pointCount();
    const bool onBand = hasFocus() && focused_ == band;
    const QPointF upper = handlePosition(band);
    draw(upper, true, onBand);
    draw({upper.x(), 2 * toPixel(0, shape_->curve().at(epochAt(upper.x()))).y() - upper.y()}, true, onBand);
    for (size_t handle = 0; handle < band; ++handle)
        draw(handlePosition(handle), false, hasFocus() && handle == focused_);
}

}  // namespace gaplab::ui
