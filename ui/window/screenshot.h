#pragma once

#include <QSize>
#include <QString>

namespace gaplab::ui {

class MainWindow;

/// Shows one page, waits until nothing on it is being read or worked out any more (half a minute at most), and writes the window
/// as PNG, or the plot that is shown there as a figure (.svg, .pdf), two columns wide. `page`: "compare", or "compare/table" for
/// one of its views. Throws Error: unknown page or view, no plot, file that cannot be written.
void takeScreenshot(MainWindow& window, const QString& page, const QString& file, QSize size);

}  // namespace gaplab::ui
