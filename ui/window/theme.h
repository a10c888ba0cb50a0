#pragma once

#include <QColor>
#include <QPalette>

namespace gaplab::ui {

enum class Theme { System, Light, Dark };

/// Sets the Fusion style with our own light or dark palette; System follows the lightness of the desktop's palette.
void applyTheme(Theme theme);
bool isDark(const QPalette& palette);
/// That of the light theme, for what is put on paper.
QPalette lightPalette();

/// Colours that mean the same everywhere (Okabe and Ito's, brightened for the dark theme). Colour is never the only sign: lines
/// also differ in dash, states in icon and text.
struct PlotColors {
    QColor teacher, student, baseline, band, foreground, background, grid;
};
PlotColors plotColors(const QPalette& palette);

/// One of the eight colours of trials; any index, wrapping around. Stored as an index, so that it follows the theme.
QColor identityColor(int index, const QPalette& palette);
constexpr int identityColorCount = 8;

/// Text of a message: "info", "warning" or "error".
QColor levelColor(const QString& level, const QPalette& palette);

/// Contrast ratio of WCAG 2: 1 (equal) to 21.
double contrast(const QColor& a, const QColor& b);

}  // namespace gaplab::ui
