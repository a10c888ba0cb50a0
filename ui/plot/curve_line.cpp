#include "ui/plot/curve_line.h"

#include <algorithm>

namespace gaplab::ui {
namespace {

// Of long curves each column's points come from memory, which takes as long as working through a few columns.
constexpr size_t columnsAhead = 6;

struct Place {
    int column = 0;
    double x = 0, y = 0;
    bool exists = false;
};

/// Collects spans from left to right.
class SpanWriter {
public:
    SpanWriter(const CurveData& data, int count, const AxisScale& x, const AxisScale& y, std::vector<ColumnSpan>& spans)
        : data_(data), count_(count), x_(x), y_(y), spans_(spans) {
        spans_.clear();
    }

    Place place(size_t index, int column) const {
        const float value = data_.finiteY(index);
        return {column, x_.pixel(data_.nearlyX(index)), y_.pixel(static_cast<double>(value)), !std::isnan(value)};
    }

    void add(const Extremes& values, int column) {
        if (values.empty()) return;
        touch(column, y_.pixel(static_cast<double>(values.low)));
        touch(column, y_.pixel(static_cast<double>(values.high)));
    }

    /// The line between two neighbours, cut at the edges of the columns.
    void join(const Place& from, const Place& to) {
        if (!from.exists || !to.exists) return;
        const double slope = to.x > from.x ? 1 / (to.x - from.x) : 0;
        for (int column = std::max(from.column + 1, 0); column <= std::min(to.column, count_); ++column) {
            const double share = std::clamp((column - 0.5 - from.x) * slope, 0.0, 1.0);
            const double y = from.y + share * (to.y - from.y);
            touch(column - 1, y);
            touch(column, y);
        }
    }

private:
    void touch(int column, double y) {
        if (column < 0 || column >= count_) return;
        if (spans_.empty() || spans_.back().column != column) {
            spans_.push_back({column, y, y});
            return;
        }
        spans_.back().top = std::min(spans_.back().top, y);
        spans_.back().bottom = std::max(spans_.back().bottom, y);
    }

    const CurveData& data_;
    const int count_;
    const AxisScale x_, y_;
    std::vector<ColumnSpan>& spans_;
};

/// Collects the pieces of an interrupted line.
class PieceWriter {
public:
    PieceWriter(const CurveData& data, const AxisScale& x, const AxisScale& y) : data_(data), x_(x), y_(y) {}

    void add(size_t index) {
        const float value = data_.finiteY(index);
        if (std::isnan(value))
            interrupt();
        else
            put(x_.pixel(data_.x(index)), value);
    }
    void put(double x, float value) {
        if (interrupted_) pieces_.emplace_back();
        interrupted_ = false;
        pieces_.back().append(QPointF(x, y_.pixel(static_cast<double>(value))));
    }
    void interrupt() { interrupted_ = true; }
    QVector<QPolygonF> take() { return std::move(pieces_); }

private:
    const CurveData& data_;
    const AxisScale x_, y_;
    QVector<QPolygonF> pieces_;
    bool interrupted_ = true;
};

/// The part of a piece from `left` to `right`, which lie within it.
QPolygonF cut(const QPolygonF& piece, double left, double right) {
    const auto byX = [](QPointF point) { return point.x(); };
    const auto at = [&](double x) {
        const auto next = std::ranges::lower_bound(piece, x, {}, byX);
        if (next == piece.begin() || next->x() <= x) return QPointF(x, next->y());
        const QPointF before = *std::prev(next);
        return before + (*next - before) * ((x - before.x()) / (next->x() - before.x()));
    };
    QPolygonF part;
    part.append(at(left));
    std::copy(std::ranges::upper_bound(piece, left, {}, byX), std::ranges::lower_bound(piece, right, {}, byX),
              std::back_inserter(part));
    part.append(at(right));
    return part;
}

/// Calls `visit` with every column that has points.
template <typename Visit>
void visitColumns(const CurveData& data, const std::vector<double>& edges, const Visit& visit) {
    size_t begin = data.lowerBound(edges.front());
    size_t stride = (data.lowerBound(edges.back()) - begin) / edges.size();
    CurveData::Walk walk(data);
    for (size_t i = 0; i + 1 < edges.size(); ++i) {
        const size_t end = walk.seek(edges[i + 1], begin, stride);
        stride = end - begin;
        data.prefetch(end + columnsAhead * stride);
        if (stride > 0) visit(CurveColumn{static_cast<int>(i), begin, end, walk.extremes(begin, end)});
        begin = end;
    }
}

}  // namespace

std::vector<double> columnEdges(const AxisScale& x, int count) {
    std::vector<double> edges(static_cast<size_t>(count) + 1);
    for (int i = 0; i <= count; ++i)
        edges[static_cast<size_t>(i)] = x.coordinate(i - 0.5);
    return edges;
}

std::vector<CurveColumn> columnsOf(const CurveData& data, const std::vector<double>& edges) {
    std::vector<CurveColumn> columns;
    columns.reserve(edges.size());
    visitColumns(data, edges, [&columns](const CurveColumn& column) { columns.push_back(column); });
    return columns;
}

void findSpans(const CurveData& data, const std::vector<double>& edges, const AxisScale& x, const AxisScale& y,
               std::vector<ColumnSpan>& spans) {
    const int count = static_cast<int>(edges.size()) - 1;
    SpanWriter writer(data, count, x, y, spans);
    CurveColumn last;
    visitColumns(data, edges, [&](const CurveColumn& column) {
        const bool first = last.end == 0;
        if (!first || column.begin > 0) {
            // Where either end of the line between two columns lies within what the other one shows, it adds nothing.
            const bool hidden = !first && last.column + 1 == column.column && last.values.holds(data.finiteY(column.begin)) &&
                                column.values.holds(data.finiteY(column.begin - 1));
            if (!hidden)
                writer.join(writer.place(column.begin - 1, first ? -1 : last.column), writer.place(column.begin, column.column));
        }
        writer.add(column.values, column.column);
        last = column;
    });
    if (last.end > 0 && last.end < data.size())
        writer.join(writer.place(last.end - 1, last.column), writer.place(last.end, count));
}

QVector<QPolygonF> piecesOf(const CurveData& data, size_t begin, size_t end, const AxisScale& x, const AxisScale& y) {
    PieceWriter writer(data, x, y);
    for (size_t i = begin; i < end; ++i)
        writer.add(i);
    return writer.take();
}

QVector<QPolygonF> piecesOf(const CurveData& data, const std::vector<CurveColumn>& columns, const AxisScale& x,
                            const AxisScale& y) {
    PieceWriter writer(data, x, y);
    if (columns.empty()) return {};
    if (columns.front().begin > 0) writer.add(columns.front().begin - 1);
    for (const CurveColumn& column : columns) {
        writer.add(column.begin);
        if (column.end - column.begin > 2 && !column.values.empty()) {
            writer.put(column.column, column.values.low);
            writer.put(column.column, column.values.high);
        }
        if (column.end - column.begin > 1) writer.add(column.end - 1);
    }
    if (columns.back().end < data.size()) writer.add(columns.back().end);
    return writer.take();
}

QVector<QPolygonF> areasBetween(const QVector<QPolygonF>& first, const QVector<QPolygonF>& second) {
    QVector<QPolygonF> areas;
    for (const QPolygonF& one : first)
        for (const QPolygonF& other : second) {
            const double left = std::max(one.front().x(), other.front().x());
            const double right = std::min(one.back().x(), other.back().x());
            if (left >= right) continue;
            QPolygonF area = cut(one, left, right);
            const QPolygonF edge = cut(other, left, right);
            std::copy(edge.rbegin(), edge.rend(), std::back_inserter(area));
            areas.append(area);
        }
    return areas;
}

}  // namespace gaplab::ui
