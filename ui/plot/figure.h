#pragma once

#include <QSizeF>
#include <QString>

namespace gaplab::ui {

class Canvas;

/// How a plot is put on paper.
struct FigureFormat {
    QSizeF millimetres = {120, 80};
    double fontPoints = 8;
};

/// Writes the plot as it is shown now; the ending of the name says as what: png (300 dots an inch), svg, pdf, or csv for the
/// numbers of its visible curves. Returns what went wrong, empty where nothing did.
QString writeFigure(Canvas& canvas, const QString& path, const FigureFormat& format);

/// A line a point: curve, x, y. Read back, the numbers are the ones the plot keeps.
QString figureNumbers(const Canvas& canvas);

}  // namespace gaplab::ui
