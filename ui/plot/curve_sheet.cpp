#include "ui/plot/curve_sheet.h"

#include <algorithm>
#include <cmath>

namespace gaplab::ui {
namespace {

int penWidth(const QPen& pen, double scale) {
    return std::max(1, static_cast<int>(std::lround(pen.widthF() * scale)));
}

/// To the nearest whole number, for pixels: a call of the library for each would take longer than all the rest.
int rounded(double pixel) {
    constexpr int above = 1 << 20;
    return static_cast<int>(pixel + above + 0.5) - above;
}

/// In each column a dash is either there or not, so that it can be told from others where the line is a cloud.
bool isInDash(const QPen& pen, int column, int width) {
    const QList<qreal> pattern = pen.dashPattern();
    double length = 0;
    for (const qreal part : pattern)
        length += part * width;
    double place = std::fmod(column, length);
    for (qsizetype i = 0; i < pattern.size(); ++i)
        if ((place -= pattern[i] * width) < 0) return i % 2 == 0;
    return true;
}

QRgb over(QRgb above, QRgb below) {
    const int rest = 255 - qAlpha(above);
    const auto mix = [rest](int a, int b) { return a + (b * rest + 127) / 255; };
    return qRgba(mix(qRed(above), qRed(below)), mix(qGreen(above), qGreen(below)), mix(qBlue(above), qBlue(below)),
                 mix(qAlpha(above), qAlpha(below)));
}

}  // namespace

CurveSheet::CurveSheet(QCustomPlot* plot, const QString& layer) : QCPLayerable(plot, layer) {}

bool CurveSheet::takes(const QCPPainter& painter, const QPen& pen) const {
    if (painter.modes() != QCPPainter::pmDefault || pen.style() == Qt::NoPen) return false;
    if (std::abs(painter.deviceTransform().m11() - scale()) > 1e-6) return false;
    // Columns of a thick line overlap; what shines through would be laid on twice there.
    return pen.color().alpha() == 255 || penWidth(pen, scale()) == 1;
}

const std::vector<double>& CurveSheet::edges(const AxisScale& x, int count) {
    if (edges_.size() == static_cast<size_t>(count) + 1 && edgesOf_ == x) return edges_;
    edgesOf_ = x;
    return edges_ = columnEdges(x, count);
}

void CurveSheet::write(const QRect& area, const QPen& pen) {
    const QRect allowed = area & QRect(QPoint(), (QSizeF(parentPlot()->viewport().size()) * scale()).toSize());
    if (allowed.isEmpty()) return;
    const int width = penWidth(pen, scale());
    Stroke stroke{qPremultiply(pen.color().rgba()), (width - 1) / 2, width / 2, allowed.left(), allowed.right(), {}};
    stroke.runs.reserve(spans_.size());
    const bool dashed = pen.style() != Qt::SolidLine;
    const double highest = allowed.top() - width, lowest = allowed.bottom() + width;
    int top = allowed.bottom(), bottom = allowed.top();
    for (const ColumnSpan& span : spans_) {
        if (span.bottom < highest || span.top > lowest || (dashed && !isInDash(pen, span.column, width))) continue;
        const Run run{area.left() + span.column, std::max(allowed.top(), rounded(std::max(span.top, highest)) - stroke.before),
                      std::min(allowed.bottom(), rounded(std::min(span.bottom, lowest)) + stroke.behind)};
        if (run.top > run.bottom) continue;
        top = std::min(top, run.top);
        bottom = std::max(bottom, run.bottom);
        stroke.runs.push_back(run);
    }
    if (stroke.runs.empty()) return;
    written_ |= QRect(QPoint(allowed.left(), top), QPoint(allowed.right(), bottom));
    strokes_.push_back(std::move(stroke));
}

void CurveSheet::paint(const Stroke& stroke, int left, int right) {
    const auto height = static_cast<size_t>(written_.height());
    const bool opaque = qAlpha(stroke.color) == 255;
    auto run = std::ranges::lower_bound(stroke.runs, left - stroke.behind, {}, &Run::column);
    for (; run != stroke.runs.end() && run->column - stroke.before <= right; ++run) {
        const int first = std::max({run->column - stroke.before, left, stroke.left});
        const int last = std::min({run->column + stroke.behind, right, stroke.right});
        for (int column = first; column <= last; ++column) {
            QRgb* begin = tile_.data() + static_cast<size_t>(column - left) * height + (run->top - written_.top());
            QRgb* end = begin + (run->bottom - run->top) + 1;
            if (opaque)
                std::fill(begin, end, stroke.color);
            else
                std::transform(begin, end, begin, [&stroke](QRgb below) { return over(stroke.color, below); });
        }
    }
}

void CurveSheet::drawTile(QCPPainter* painter, int left, int right) {
    const auto height = static_cast<size_t>(written_.height());
    tile_.assign(static_cast<size_t>(right - left + 1) * height, 0);
    for (const Stroke& stroke : strokes_)
        paint(stroke, left, right);
    const auto stride = static_cast<size_t>(image_.bytesPerLine()) / sizeof(QRgb);
    auto* row = reinterpret_cast<QRgb*>(image_.bits());
    for (size_t y = 0; y < height; ++y, row += stride)
        for (int x = 0; x <= right - left; ++x)
            row[x] = tile_[static_cast<size_t>(x) * height + y];
    const double ratio = scale();
    const QSizeF size(right - left + 1, written_.height());
    painter->drawImage(QRectF(QPointF(left, written_.top()) / ratio, size / ratio), image_, QRectF(QPointF(), size));
}

void CurveSheet::flush(QCPPainter* painter) {
    if (strokes_.empty()) return;
    // All curves are written into a few columns before the next ones, lying on their side, where a run is one piece of memory:
    // so everything stays in the processor's cache.
    constexpr int tileWidth = 32;
    if (image_.height() < written_.height()) image_ = QImage(tileWidth, written_.height(), QImage::Format_ARGB32_Premultiplied);
    painter->save();
    painter->setAntialiasing(false);
    painter->setClipping(false);  // it holds the curves of all axis rects
    for (int left = written_.left(); left <= written_.right(); left += tileWidth)
        drawTile(painter, left, std::min(left + tileWidth - 1, written_.right()));
    painter->restore();
    strokes_.clear();
    written_ = {};
}

}  // namespace gaplab::ui
