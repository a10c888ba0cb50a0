#pragma once

#include <map>
#include <optional>

#include <QSizeF>
#include <QString>

#include "core/interop/figure_view.h"

namespace gaplab::ui {

class Canvas;

/// How a plot is put on paper. Its colours are always those of the light theme.
struct FigureFormat {
    static constexpr double oneColumn = 85, twoColumns = 178;  ///< millimetres, as most journals have them

    QSizeF millimetres = {oneColumn, 60};
    double fontPoints = 8;
    QString title;                   ///< above the plot; empty: none
    std::optional<QString> xTitle;   ///< instead of the plot's own
    std::map<int, QString> yTitles;  ///< by panel, instead of the plot's own
    bool legend = true;
    bool carries = true;  ///< the file holds view and data too, and can be opened again (not in a table of numbers)
};

/// Writes the plot as it is shown now; the ending of the name says as what: png (300 dots an inch), svg, pdf, or csv for the
/// numbers of its visible curves. `page`: what of the view the page knows. Returns what went wrong, empty where nothing did.
QString writeFigure(Canvas& canvas, const QString& path, const FigureFormat& format, const FigureView& page = {});

/// A line a point: panel, curve, x, y; target and band of a panel are curves too. Read back, the numbers are the ones the plot
/// keeps.
QString figureNumbers(const Canvas& canvas);

/// The view with axes, titles and size of the plot.
FigureView figureView(const Canvas& canvas, const FigureFormat& format, FigureView page);

}  // namespace gaplab::ui
