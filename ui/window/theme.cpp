#include "ui/window/theme.h"

#include <array>
#include <cmath>

#include <QApplication>
#include <QPainter>
#include <QProxyStyle>
#include <QStyleOption>

namespace gaplab::ui {
namespace {

struct Tones {
    QRgb window, base, alternate, text, dimmed, button, highlight, highlightedText, link, mid;
};

constexpr Tones lightTones = {0xfff3f4f6, 0xffffffff, 0xfff0f2f5, 0xff1b1f24, 0xff5c626a,
                              0xffe9ebee, 0xff0067a3, 0xffffffff, 0xff005a9c, 0xffc3c7cd};
constexpr Tones darkTones = {0xff22252a, 0xff1a1c20, 0xff24272d, 0xffe6e8eb, 0xff9aa0a9,
                             0xff31353c, 0xff2b77ad, 0xffffffff, 0xff7cc4f5, 0xff4a4f58};

QPalette makePalette(const Tones& tones) {
    QPalette palette(QColor(tones.button), QColor(tones.window));
    const auto set = [&](QPalette::ColorRole role, QRgb color) { palette.setColor(role, QColor(color)); };
    set(QPalette::WindowText, tones.text);
    set(QPalette::Base, tones.base);
    set(QPalette::AlternateBase, tones.alternate);
    set(QPalette::Text, tones.text);
    set(QPalette::ButtonText, tones.text);
    set(QPalette::BrightText, tones.text);
    set(QPalette::ToolTipBase, tones.alternate);
    set(QPalette::ToolTipText, tones.text);
    set(QPalette::PlaceholderText, tones.dimmed);
    set(QPalette::Highlight, tones.highlight);
    set(QPalette::HighlightedText, tones.highlightedText);
    set(QPalette::Link, tones.link);
    set(QPalette::LinkVisited, tones.link);
    set(QPalette::Mid, tones.mid);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, QColor(tones.dimmed));
    palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor(tones.mid));
    return palette;
}

/// Fusion outlines its boxes in a darker tone than the window's, which is next to nothing in a dark window.
class OutlinedBoxes : public QProxyStyle {
public:
    OutlinedBoxes() : QProxyStyle(QStringLiteral("fusion")) {}

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override {
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        if (element != PE_IndicatorCheckBox && element != PE_IndicatorItemViewItemCheck) return;
        painter->save();
        painter->setPen(option->palette.color(QPalette::PlaceholderText));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        painter->restore();
    }
};

double channel(double value) {
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color) {
    return 0.2126 * channel(color.redF()) + 0.7152 * channel(color.greenF()) + 0.0722 * channel(color.blueF());
}

}  // namespace

void applyTheme(Theme theme) {
    static const QPalette desktop = QGuiApplication::palette();
    const bool dark = theme == Theme::Dark || (theme == Theme::System && isDark(desktop));
    if (!dynamic_cast<OutlinedBoxes*>(QApplication::style())) QApplication::setStyle(new OutlinedBoxes);
    QApplication::setPalette(makePalette(dark ? darkTones : lightTones));
}

QPalette lightPalette() {
    return makePalette(lightTones);
}

bool isDark(const QPalette& palette) {
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

PlotColors plotColors(const QPalette& palette) {
    const QColor base = palette.color(QPalette::Base), text = palette.color(QPalette::Text);
    if (isDark(palette))
        return {QColor(0xff4db2ec), QColor(0xffff8547), Qt::white, QColor(0xff2fc79b), text, base, QColor(0xff4a4f58)};
    return {QColor(0xff0072b2), QColor(0xffd55e00), Qt::black, QColor(0xff009e73), text, base, QColor(0xffd5d8dd)};
}

QColor identityColor(int index, const QPalette& palette) {
    // Okabe and Ito's order of hues; orange, sky blue, yellow and purple are darkened on white, where they fall below 3 : 1.
    static constexpr std::array<QRgb, identityColorCount> onLight = {0xff0072b2, 0xffd55e00, 0xff009e73, 0xffb0568a,
                                                                     0xffb27700, 0xff2f8fc4, 0xff857a00, 0xff000000};
    static constexpr std::array<QRgb, identityColorCount> onDark = {0xff4db2ec, 0xffff8547, 0xff2fc79b, 0xffe59cc6,
                                                                    0xffe69f00, 0xff9ad4f5, 0xfff0e442, 0xffffffff};
    const auto place = static_cast<size_t>(((index % identityColorCount) + identityColorCount) % identityColorCount);
    return QColor(isDark(palette) ? onDark[place] : onLight[place]);
}

QColor levelColor(const QString& level, const QPalette& palette) {
    const bool dark = isDark(palette);
    if (level == QLatin1String("error")) return QColor(dark ? 0xffff9a8f : 0xffb3261e);
    if (level == QLatin1String("warning")) return QColor(dark ? 0xfff2c15a : 0xff7a5200);
    return palette.color(QPalette::WindowText);
}

double contrast(const QColor& a, const QColor& b) {
    const double one = luminance(a), other = luminance(b);
    return (std::max(one, other) + 0.05) / (std::min(one, other) + 0.05);
}

}  // namespace gaplab::ui
