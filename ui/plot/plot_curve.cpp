#include "ui/plot/plot_curve.h"

#include <algorithm>

namespace gaplab::ui {
namespace {

/// Seen from `origin`, in pixels `scale` times as fine as the plot's.
AxisScale scaleOf(const QCPAxis& axis, double origin, double scale) {
    const QCPRange range = axis.range();
    const double from = scale * (axis.coordToPixel(range.lower) - origin);
    const double to = scale * (axis.coordToPixel(range.upper) - origin);
    AxisScale result;
    result.logarithmic = axis.scaleType() == QCPAxis::stLogarithmic;
    const double span = result.logarithmic ? std::log(range.upper / range.lower) : range.size();
    result.factor = (to - from) / span;
    result.offset = from - result.factor * (result.logarithmic ? std::log(range.lower) : range.lower);
    result.beyond = from - std::copysign(200 * scale, result.factor);  // as far out as QCPAxis puts it
    return result;
}

QCPRange rangeOf(const Extremes& extremes) {
    return {static_cast<double>(extremes.low), static_cast<double>(extremes.high)};
}

/// On paper a pixel of the plot is many dots.
int detailOf(const QCPPainter& painter) {
    return painter.modes() == QCPPainter::pmDefault ? 1 : 4;
}

double distanceToSegment(QPointF point, QPointF from, QPointF to) {
    return std::sqrt(QCPVector2D(point).distanceSquaredToLine(QCPVector2D(from), QCPVector2D(to)));
}

}  // namespace

std::pair<size_t, size_t> PlotCurve::around(double from, double to) const {
    const size_t begin = data_.lowerBound(from);
    const size_t end = data_.seek(std::nextafter(to, std::numeric_limits<double>::infinity()), begin, data_.size() / 2);
    return {begin - (begin > 0), end + (end < data_.size())};
}

QVector<QPolygonF> PlotCurve::pieces(int detail) const {
    const QCPRange range = keyAxis()->range();
    const auto [begin, end] = around(range.lower, range.upper);
    const QRect rect = keyAxis()->axisRect()->rect();
    const AxisScale y = scaleOf(*valueAxis(), 0, 1);
    const int columns = rect.width() * detail;
    if (end - begin <= static_cast<size_t>(columns)) return piecesOf(data_, begin, end, scaleOf(*keyAxis(), 0, 1), y);
    const AxisScale x = scaleOf(*keyAxis(), rect.left(), detail);
    QVector<QPolygonF> pieces = piecesOf(data_, columnsOf(data_, columnEdges(x, columns)), x, y);
    for (QPolygonF& piece : pieces)
        for (QPointF& point : piece)
            point.setX(rect.left() + point.x() / detail);
    return pieces;
}

void PlotCurve::draw(QCPPainter* painter) {
    if (data_.empty() || keyAxis()->range().size() <= 0) return;
    if (other_ && brush().style() != Qt::NoBrush) {
        sheet_->flush(painter);
        applyFillAntialiasingHint(painter);
        painter->setPen(Qt::NoPen);
        painter->setBrush(brush());
        for (const QPolygonF& area : areasBetween(pieces(detailOf(*painter)), other_->pieces(detailOf(*painter))))
            painter->drawPolygon(area);
        applyDefaultAntialiasingHint(painter);
    }
    const QCPRange range = keyAxis()->range();
    const auto [begin, end] = around(range.lower, range.upper);
    const auto columns = static_cast<size_t>(keyAxis()->axisRect()->width() * sheet_->scale());
    const bool plain = scatter_.isNone() && !keyAxis()->rangeReversed();
    if (plain && end - begin > columns && sheet_->takes(*painter, pen()))
        drawColumns(painter);
    else
        drawPieces(painter);
}

void PlotCurve::drawColumns(QCPPainter*) {
    const double ratio = sheet_->scale();
    const QRect rect = keyAxis()->axisRect()->rect();
    const QRect area(QPoint(qRound(rect.left() * ratio), qRound(rect.top() * ratio)), (QSizeF(rect.size()) * ratio).toSize());
    const AxisScale x = scaleOf(*keyAxis(), area.left() / ratio, ratio), y = scaleOf(*valueAxis(), 0, ratio);
    findSpans(data_, sheet_->edges(x, area.width()), x, y, sheet_->spans());
    sheet_->write(area, pen());
}

void PlotCurve::drawPieces(QCPPainter* painter) {
    sheet_->flush(painter);  // curves lie above each other in their order, however each is drawn
    painter->setPen(pen());
    painter->setBrush(Qt::NoBrush);
    const QVector<QPolygonF> lines = pieces(detailOf(*painter));
    for (const QPolygonF& piece : lines)
        if (piece.size() > 1)
            painter->drawPolyline(piece);
        else
            painter->drawPoint(piece.front());
    if (scatter_.isNone()) return;
    applyScattersAntialiasingHint(painter);
    scatter_.applyTo(painter, pen());
    for (const QPolygonF& piece : lines)
        for (const QPointF& point : piece)
            scatter_.drawShape(painter, point);
}

void PlotCurve::drawLegendIcon(QCPPainter* painter, const QRectF& rect) const {
    applyDefaultAntialiasingHint(painter);
    painter->setPen(pen());
    painter->drawLine(QLineF(rect.left(), rect.center().y() + 1, rect.right() + 5, rect.center().y() + 1));
    if (scatter_.isNone()) return;
    applyScattersAntialiasingHint(painter);
    scatter_.applyTo(painter, pen());
    scatter_.drawShape(painter, rect.center());
}

double PlotCurve::selectTest(const QPointF& position, bool onlySelectable, QVariant* details) const {
    if ((onlySelectable && mSelectable == QCP::stNone) || data_.empty() || !keyAxis()) return -1;
    if (!keyAxis()->axisRect()->rect().contains(position.toPoint())) return -1;
    const int reach = std::max(1, parentPlot()->selectionTolerance());
    AxisScale x = scaleOf(*keyAxis(), position.x() - reach, 1);
    const AxisScale y = scaleOf(*valueAxis(), 0, 1);
    const QPointF place(reach, position.y());
    double nearest = std::numeric_limits<double>::infinity();
    const std::vector<CurveColumn> columns = columnsOf(data_, columnEdges(x, 2 * reach + 1));
    QVector<QPolygonF> lines = piecesOf(data_, columns, x, y);
    if (columns.empty()) {  // only a line between two points crosses here
        const auto [begin, end] = around(x.coordinate(0), x.coordinate(2 * reach));
        lines = piecesOf(data_, begin, end, x, y);
    }
    for (const QPolygonF& piece : lines)
        for (qsizetype i = 0; i < piece.size(); ++i)
            nearest = std::min(nearest, distanceToSegment(place, piece[std::max<qsizetype>(i - 1, 0)], piece[i]));
    if (details) {
        const auto index = static_cast<int>(std::min(data_.lowerBound(x.coordinate(reach)), data_.size() - 1));
        details->setValue(QCPDataSelection(QCPDataRange(index, index + 1)));
    }
    return std::isinf(nearest) ? -1 : nearest;
}

QCPRange PlotCurve::getKeyRange(bool& found, QCP::SignDomain domain) const {
    size_t begin = 0, end = data_.size();
    if (domain == QCP::sdPositive) begin = data_.lowerBound(std::numeric_limits<double>::denorm_min());
    if (domain == QCP::sdNegative) end = data_.lowerBound(0);
    found = begin < end;
    return found ? QCPRange(data_.x(begin), data_.x(end - 1)) : QCPRange();
}

QCPRange PlotCurve::getValueRange(bool& found, QCP::SignDomain domain, const QCPRange& keys) const {
    size_t begin = 0, end = data_.size();
    if (keys != QCPRange()) {
        begin = data_.lowerBound(keys.lower);
        end = data_.lowerBound(std::nextafter(keys.upper, std::numeric_limits<double>::infinity()));
    }
    if (begin > end) end = begin;
    const float sign = domain == QCP::sdPositive ? 1 : -1;
    const Extremes all = domain == QCP::sdBoth ? data_.extremes(begin, end) : data_.extremesOfSign(begin, end, sign);
    found = !all.empty();
    return found ? rangeOf(all) : QCPRange();
}

}  // namespace gaplab::ui
