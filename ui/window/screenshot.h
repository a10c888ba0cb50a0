#pragma once

#include <QSize>
#include <QString>

namespace gaplab::ui {

class MainWindow;

/// Shows one page, waits until nothing on it is being read or worked out any more (half a minute at most), and writes the window
/// as PNG. Throws Error: unknown page, file that cannot be written.
void takeScreenshot(MainWindow& window, const QString& page, const QString& file, QSize size);

}  // namespace gaplab::ui
