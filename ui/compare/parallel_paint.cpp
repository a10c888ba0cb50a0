// How parallel coordinates are painted.

#include <algorithm>
#include <cmath>

#include <QPainter>
#include <QPainterPath>

#include "ui/compare/parallel_plot.h"
#include "ui/window/theme.h"

namespace gaplab::ui {
namespace {

constexpr double brushWidth = 12, dotSize = 5;

/// Bends so that lines can be told apart where they meet on an axis of words.
void addPiece(QPainterPath& path, QPointF from, QPointF to, bool begins) {
    if (begins) path.moveTo(from);
    const double bend = 0.35 * (to.x() - from.x());
    path.cubicTo(from + QPointF(bend, 0), to - QPointF(bend, 0), to);
}

/// In two lines: the path of a field is broken before its last name, words where they fit.
QString titleIn(const QString& title, const QFontMetrics& letters, double width) {
    const auto room = static_cast<int>(width);
    if (letters.horizontalAdvance(title) <= room) return title;
    const QChar between = title.contains(' ') ? ' ' : '.';
    qsizetype at = title.lastIndexOf(between);
    if (between == ' ')  // as much as fits above
        while (at > 0 && letters.horizontalAdvance(title.left(at)) > room && title.lastIndexOf(' ', at - 1) > 0)
            at = title.lastIndexOf(' ', at - 1);
    if (at <= 0) return letters.elidedText(title, Qt::ElideMiddle, room);
    return letters.elidedText(title.left(at), Qt::ElideLeft, room) + QLatin1Char('\n') +
           letters.elidedText(title.mid(at + 1), Qt::ElideMiddle, room);
}

}  // namespace

std::vector<double> ParallelPlot::ticksOf(size_t axis) const {
    std::vector<double> ticks;
    if (!axes_[axis].words.isEmpty()) {
        for (int i = 0; i < axes_[axis].words.size(); ++i)
            ticks.push_back(i);
        return ticks;
    }
    constexpr int count = 5;
    for (int i = 0; i < count; ++i)
        ticks.push_back(scales_[axis].value(static_cast<double>(i) / (count - 1)));
    return ticks;
}

void ParallelPlot::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), plotColors(palette()).background);
    if (axes_.empty()) return;
    paintLines(painter, false);
    paintLines(painter, true);
    for (size_t i = 0; i < axes_.size(); ++i)
        paintAxis(painter, i);
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

void ParallelPlot::paintLines(QPainter& painter, bool chosen) const {
    painter.setBrush(Qt::NoBrush);
    for (size_t i = 0; i < lines_.size(); ++i) {
        if (isChosen(i) != chosen) continue;
        const ParallelLine& line = lines_[i];
        QColor color = line.ink(palette());
        if (!chosen) color.setAlphaF(0.12F);
        QPainterPath path;
        std::optional<QPointF> before;
        QVector<QPointF> dots;
        for (size_t axis = 0; axis < axes_.size(); ++axis) {
            const auto value = line.values[axis];
            if (!value || !std::isfinite(*value)) {
                before.reset();
                continue;
            }
            const QPointF here(xOf(axis), yOf(axis, *value));
            if (before) addPiece(path, *before, here, path.currentPosition() != *before);
            before = here;
            dots += here;
        }
        painter.setPen(QPen(color, chosen ? 2 : 1, line.dash));
        painter.drawPath(path);
        painter.setPen(QPen(color, dotSize, Qt::SolidLine, Qt::RoundCap));
        painter.drawPoints(dots.constData(), static_cast<int>(dots.size()));
    }
}

void ParallelPlot::paintAxis(QPainter& painter, size_t axis) const {
    const PlotColors colors = plotColors(palette());
    const QRectF room = area();
    const double x = xOf(axis), letter = fontMetrics().height();
    const bool current = hasFocus() && axis == current_;
    if (const auto brush = brushes_[axis]) {
        QColor fill = palette().color(QPalette::Highlight);
        painter.setPen(QPen(fill, 1.5));
        fill.setAlphaF(0.35F);
        painter.setBrush(fill);
        const double top = yOf(axis, brush->second), bottom = yOf(axis, brush->first);
        painter.drawRect(QRectF(x - brushWidth / 2, top, brushWidth, bottom - top));
    }
    painter.setPen(QPen(colors.foreground, current ? 3 : 1));
    painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()));
    const double width = axes_.size() > 1 ? xOf(1) - xOf(0) : room.width();
    painter.setPen(colors.foreground);
    QFont letters = font();
    letters.setBold(current);
    painter.setFont(letters);
    const QRectF head(std::clamp(x - width / 2, 2.0, std::max(2.0, this->width() - width - 2)), 2, width - 8, 2 * letter);
    painter.drawText(head, Qt::AlignHCenter | Qt::AlignBottom, titleIn(axes_[axis].title, painter.fontMetrics(), head.width()));
    painter.setFont(font());
    const double side = std::min(width - 10, 24.0 * fontMetrics().averageCharWidth());
    double taken = room.bottom() + letter;  // so that words do not lie on each other
    for (const double tick : ticksOf(axis)) {
        const double y = yOf(axis, tick);
        if (taken - y < letter) continue;
        taken = y;
        painter.drawLine(QPointF(x - 3, y), QPointF(x + 3, y));
        // Right of the axis, but left of the last one, where there is no room.
        const bool last = axis + 1 == axes_.size() && axes_.size() > 1;
        const QRectF place(last ? x - 6 - side : x + 6, y - letter / 2, side, letter);
        const QString text = fontMetrics().elidedText(axes_[axis].text(tick), Qt::ElideMiddle, static_cast<int>(side));
        QRectF ground = QRectF(fontMetrics().boundingRect(text));
        ground.moveTo(last ? place.right() - ground.width() : place.left(), y - ground.height() / 2);
        QColor paper = colors.background;
        paper.setAlphaF(0.75F);
        painter.fillRect(ground, paper);
        painter.drawText(place, (last ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter, text);
    }
}

}  // namespace gaplab::ui
