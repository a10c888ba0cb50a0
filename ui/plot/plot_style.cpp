#include "ui/plot/plot_style.h"

#include <array>

#include "ui/window/theme.h"

namespace gaplab::ui {

Ink teacherInk() {
    return [](const QPalette& palette) { return plotColors(palette).teacher; };
}

Ink studentInk() {
    return [](const QPalette& palette) { return plotColors(palette).student; };
}

Ink baselineInk() {
    return [](const QPalette& palette) { return plotColors(palette).baseline; };
}

Ink bandInk() {
    return [](const QPalette& palette) { return plotColors(palette).band; };
}

Ink identityInk(int index) {
    return [index](const QPalette& palette) { return identityColor(index, palette); };
}

Qt::PenStyle repeatDash(int index) {
    static constexpr std::array<Qt::PenStyle, 4> dashes = {Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine};
    return dashes[static_cast<size_t>(index) % dashes.size()];
}

}  // namespace gaplab::ui
