#pragma once

#include <QtTest>

#include "ui/plot/canvas.h"
#include "ui/plot/plot_view.h"

namespace gaplab::ui {

inline Canvas& canvasOf(const PlotView& plot) {
    return *plot.findChild<Canvas*>();
}

/// The pixel of the canvas where a panel shows this place.
inline QPoint placeIn(const PlotView& plot, int panel, double x, double y) {
    const Canvas::Panel& place = canvasOf(plot).panel(panel);
    return {qRound(place.x()->coordToPixel(x)), qRound(place.y()->coordToPixel(y))};
}

/// With the left button, as a hand does it: the pointer passes places on its way.
inline void dragVertically(const PlotView& plot, int panel, double x, double from, double to) {
    Canvas& canvas = canvasOf(plot);
    const QPoint start = placeIn(plot, panel, x, from), end = placeIn(plot, panel, x, to);
    QTest::mousePress(&canvas, Qt::LeftButton, {}, start);
    for (const int part : {1, 2, 3, 4})
        QTest::mouseMove(&canvas, start + part * (end - start) / 4);
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, end);
}

}  // namespace gaplab::ui
