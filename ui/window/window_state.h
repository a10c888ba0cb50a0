#pragma once

#include <QList>
#include <QMainWindow>
#include <QRect>

namespace gaplab::ui {

/// The rectangle moved and shrunk so that all of it lies on one of the screens (their usable areas): the one it shares most with.
QRect clampToScreens(const QRect& wanted, const QList<QRect>& screens);

/// Window, docks, splitters and page of the last session. Keys carry a version; values of another version, or that make no sense,
/// are ignored.
void saveWindowState(const QMainWindow& window, const QString& page);
/// Returns the page; empty where nothing was stored.
QString restoreWindowState(QMainWindow& window);
/// A sensible first size: most of the screen, at most what the pages can use.
void placeFirstTime(QMainWindow& window);

}  // namespace gaplab::ui
