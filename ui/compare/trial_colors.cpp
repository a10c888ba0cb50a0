#include "ui/compare/trial_colors.h"

#include <QPainter>
#include <QPixmap>

namespace gaplab::ui {

int TrialColors::indexOf(const std::string& trial) {
    return indices_.try_emplace(trial, static_cast<int>(indices_.size())).first->second;
}

QIcon lineSwatch(const QColor& color, Qt::PenStyle dash, double width) {
    constexpr int length = 24, height = 16, scale = 2;  // drawn at twice the size for sharp screens
    QPixmap pixmap(scale * length, scale * height);
    pixmap.setDevicePixelRatio(scale);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, width, dash));
    painter.drawLine(QPointF(1, height / 2), QPointF(length - 1, height / 2));
    painter.end();
    return QIcon(pixmap);
}

}  // namespace gaplab::ui
