#include "ui/window/window_state.h"

#include <algorithm>

#include <QGuiApplication>
#include <QScreen>
#include <QSettings>
#include <QSplitter>

namespace gaplab::ui {
namespace {

constexpr auto geometryKey = "window/geometry.1";
constexpr auto maximizedKey = "window/maximized.1";
constexpr auto pageKey = "window/page.1";
constexpr auto docksKey = "window/docks.1";
constexpr int docksVersion = 1;
constexpr auto splitterKey = "window/splitter.1/";
constexpr QSize smallest(480, 320), firstSize(1280, 800);

QList<QRect> usableScreens() {
    QList<QRect> areas;
    for (const QScreen* screen : QGuiApplication::screens())
        areas << screen->availableGeometry();
    return areas;
}

qint64 sharedArea(const QRect& a, const QRect& b) {
    const QRect shared = a & b;
    return shared.isEmpty() ? 0 : qint64{shared.width()} * shared.height();
}

}  // namespace

QRect clampToScreens(const QRect& wanted, const QList<QRect>& screens) {
    if (screens.isEmpty()) return wanted;
    const QRect& screen = *std::ranges::max_element(screens, {}, [&](const QRect& area) { return sharedArea(area, wanted); });
    QRect placed(wanted.topLeft(), wanted.size().expandedTo(smallest).boundedTo(screen.size()));
    placed.moveLeft(std::clamp(placed.left(), screen.left(), screen.right() + 1 - placed.width()));
    placed.moveTop(std::clamp(placed.top(), screen.top(), screen.bottom() + 1 - placed.height()));
    return placed;
}

void saveWindowState(const QMainWindow& window, const QString& page) {
    QSettings settings;
    settings.setValue(geometryKey, window.isMaximized() || window.isFullScreen() ? window.normalGeometry() : window.geometry());
    settings.setValue(maximizedKey, window.isMaximized());
    settings.setValue(pageKey, page);
    settings.setValue(docksKey, window.saveState(docksVersion));
    for (const QSplitter* splitter : window.findChildren<QSplitter*>())
        if (!splitter->objectName().isEmpty()) settings.setValue(splitterKey + splitter->objectName(), splitter->saveState());
}

QString restoreWindowState(QMainWindow& window) {
    const QSettings settings;
    const QRect geometry = settings.value(geometryKey).toRect();
    if (!geometry.isValid()) {
        placeFirstTime(window);
        return {};
    }
    window.setGeometry(clampToScreens(geometry, usableScreens()));
    if (settings.value(maximizedKey).toBool()) window.setWindowState(window.windowState() | Qt::WindowMaximized);
    window.restoreState(settings.value(docksKey).toByteArray(), docksVersion);
    for (QSplitter* splitter : window.findChildren<QSplitter*>())
        if (!splitter->objectName().isEmpty())
            splitter->restoreState(settings.value(splitterKey + splitter->objectName()).toByteArray());
    return settings.value(pageKey).toString();
}

void placeFirstTime(QMainWindow& window) {
    const QScreen* screen = QGuiApplication::primaryScreen();
    if (!screen) return window.resize(firstSize);
    QRect geometry(QPoint(0, 0), firstSize.boundedTo(screen->availableSize()));
    geometry.moveCenter(screen->availableGeometry().center());
    window.setGeometry(clampToScreens(geometry, {screen->availableGeometry()}));
}

}  // namespace gaplab::ui
