#pragma once

#include <functional>
#include <optional>

#include <QColor>
#include <QPalette>
#include <QString>

namespace gaplab::ui {

/// A colour that is asked for again whenever the theme changes.
using Ink = std::function<QColor(const QPalette&)>;
Ink teacherInk();
Ink studentInk();
Ink baselineInk();
Ink bandInk();
/// One of the eight colours of trials.
Ink identityInk(int index);

/// How one line of a plot looks, and what it is called in legend, table and read-out.
struct SeriesStyle {
    QString name;
    Ink ink;
    Qt::PenStyle dash = Qt::SolidLine;
    double width = 2;
    bool inLegend = true;
    bool isRead = true;            ///< has values of its own; false: it only marks part of another line
    Ink fill = {};                 ///< of the area that fillBetween fills; empty: a shade of the text
    std::optional<int> mark = {};  ///< points of this shape without a line; nothing: a line
};

/// Dash patterns in the order in which the repeats of a trial take them.
Qt::PenStyle repeatDash(int index);

/// A vertical line at something that happened.
struct PlotMarker {
    double x = 0;
    QString text;
};

}  // namespace gaplab::ui
