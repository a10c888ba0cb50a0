#pragma once

#include <QWidget>

namespace gaplab::ui {

enum class Closing { StopAndClose, KeepMinimised, Cancel };

/// The question of a window that is closed while a run lives. Buttons: stopAndClose (default), keepRunning, cancelClose.
Closing askHowToClose(QWidget* window);

}  // namespace gaplab::ui
