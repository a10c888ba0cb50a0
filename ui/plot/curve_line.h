#pragma once

#include <cmath>
#include <vector>

#include <QPolygonF>
#include <QVector>

#include "ui/plot/curve_data.h"

namespace gaplab::ui {

/// Where an axis puts a coordinate: the arithmetic of an axis without a call a point.
struct AxisScale {
    bool logarithmic = false;
    double offset = 0, factor = 1;
    double beyond = 0;  ///< the place of what a logarithmic axis has no place for

    bool operator==(const AxisScale&) const = default;

    double pixel(double coordinate) const {
        if (!logarithmic) return offset + factor * coordinate;
        return coordinate > 0 ? offset + factor * std::log(coordinate) : beyond;
    }
    double coordinate(double pixel) const {
        const double value = (pixel - offset) / factor;
        return logarithmic ? std::exp(value) : value;
    }
};

/// The points [begin, end) that lie in one column of pixels; column 0 is around pixel 0 of the x scale.
struct CurveColumn {
    int column = 0;
    size_t begin = 0, end = 0;
    Extremes values;
};

/// What a line covers of a column, as pixels of the y scale; top <= bottom.
struct ColumnSpan {
    int column = 0;
    double top = 0, bottom = 0;
};

/// The coordinates between `count` columns of pixels and at both ends of them.
std::vector<double> columnEdges(const AxisScale& x, int count);
/// The columns that have points; column i lies from edges[i] (included) to edges[i + 1] (not included).
std::vector<CurveColumn> columnsOf(const CurveData& data, const std::vector<double>& edges);
/// What the line through all points covers of each column. A value that is not finite interrupts it.
void findSpans(const CurveData& data, const std::vector<double>& edges, const AxisScale& x, const AxisScale& y,
               std::vector<ColumnSpan>& spans);

/// The pieces of the line through the points [begin, end), in pixels.
QVector<QPolygonF> piecesOf(const CurveData& data, size_t begin, size_t end, const AxisScale& x, const AxisScale& y);
/// The same with at most four points a column: its first, smallest, largest and last.
QVector<QPolygonF> piecesOf(const CurveData& data, const std::vector<CurveColumn>& columns, const AxisScale& x,
                            const AxisScale& y);

/// The areas between two lines, over the x that both have.
QVector<QPolygonF> areasBetween(const QVector<QPolygonF>& first, const QVector<QPolygonF>& second);

}  // namespace gaplab::ui
