#pragma once

#include <map>
#include <string>

#include <QIcon>

#include "ui/plot/plot_style.h"

namespace gaplab::ui {

/// The colour of each trial: an index into the palette, given out in the order of first sight and kept when trials come and go.
class TrialColors {
public:
    int indexOf(const std::string& trial);
    Ink inkOf(const std::string& trial) { return identityInk(indexOf(trial)); }

private:
    std::map<std::string, int> indices_;
};

/// A short piece of line as it is drawn in the plot.
QIcon lineSwatch(const QColor& color, Qt::PenStyle dash, double width);

}  // namespace gaplab::ui
