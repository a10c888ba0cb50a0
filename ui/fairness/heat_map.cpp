#include "ui/fairness/heat_map.h"

#include <algorithm>
#include <cmath>

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include "ui/models/format.h"
#include "ui/plot/plot_style.h"

namespace gaplab::ui {
namespace {

constexpr int widestName = 18;  // characters
constexpr double smallestCell = 4;

QColor between(const QColor& from, const QColor& to, double share) {
    const auto mix = [share](double a, double b) { return a + (b - a) * share; };
    return QColor::fromRgbF(static_cast<float>(mix(from.redF(), to.redF())), static_cast<float>(mix(from.greenF(), to.greenF())),
                            static_cast<float>(mix(from.blueF(), to.blueF())));
}

}  // namespace

HeatMap::HeatMap(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
}

void HeatMap::setValues(const QStringList& names, std::vector<std::vector<double>> values) {
    names_ = names;
    values_ = std::move(values);
    largest_ = 1e-9;
    signed_ = false;
    for (const std::vector<double>& row : values_)
        for (const double value : row) {
            largest_ = std::max(largest_, std::abs(value));
            signed_ = signed_ || value < 0;
        }
    setCell(std::clamp(row_, 0, std::max(0, count() - 1)), std::clamp(column_, 0, std::max(0, count() - 1)));
}

void HeatMap::setCell(int row, int column) {
    row_ = row;
    column_ = column;
    setAccessibleDescription(cellText());
    update();
    Q_EMIT cellChanged();
}

QString HeatMap::cellText() const {
    if (count() == 0) return {};
    if (text_) return text_(row_, column_);
    return numberText(values_[static_cast<size_t>(row_)][static_cast<size_t>(column_)], 1);
}

QSize HeatMap::sizeHint() const {
    const int unit = fontMetrics().height();
    return {unit * 32, unit * 30};
}

QSize HeatMap::minimumSizeHint() const {
    const int unit = fontMetrics().height();
    return {unit * 16, unit * 15};
}

QRectF HeatMap::square() const {
    const double unit = fontMetrics().averageCharWidth();
    double margin = unit * 4;
    for (const QString& name : names_)
        margin = std::max(margin, unit * 2 + fontMetrics().horizontalAdvance(name.left(widestName)));
    const double below = margin * 0.75 + fontMetrics().height() * 1.5, left = margin + fontMetrics().height() * 1.5;
    const double side = std::max(10.0, std::min(width() - left - unit, height() - below - unit));
    return {left, unit, side, side};
}

bool HeatMap::cellAt(QPointF place, int& row, int& column) const {
    const QRectF area = square();
    if (!area.contains(place) || count() == 0) return false;
    row = std::min(count() - 1, static_cast<int>((place.y() - area.top()) / area.height() * count()));
    column = std::min(count() - 1, static_cast<int>((place.x() - area.left()) / area.width() * count()));
    return true;
}

QColor HeatMap::shade(double value) const {
    const QColor full = signed_ && value < 0 ? identityInk(1)(palette()) : identityInk(0)(palette());
    return between(palette().color(QPalette::Base), full, std::sqrt(std::abs(value) / largest_));  // small ones are seen, too
}

void HeatMap::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const QRectF area = square();
    if (count() == 0) return;
    const double cell = area.width() / count();
    const bool numbers = cell > fontMetrics().horizontalAdvance(QStringLiteral("-000"));
    for (int row = 0; row < count(); ++row)
        for (int column = 0; column < count(); ++column) {
            const double value = values_[static_cast<size_t>(row)][static_cast<size_t>(column)];
            const QRectF place(area.left() + column * cell, area.top() + row * cell, cell, cell);
            const QColor ground = shade(value);
            painter.fillRect(place, ground);
            if (!numbers || std::abs(value) < 0.5) continue;
            painter.setPen(ground.lightnessF() > 0.55F ? Qt::black : Qt::white);
            painter.drawText(place, Qt::AlignCenter, numberText(value, 0));
        }
    painter.setPen(palette().color(QPalette::Mid));
    painter.drawRect(area);
    paintNames(painter, area);
    const QRectF chosen(area.left() + column_ * cell, area.top() + row_ * cell, cell, cell);
    painter.setPen(QPen(palette().color(hasFocus() ? QPalette::Highlight : QPalette::WindowText), hasFocus() ? 3 : 1));
    painter.drawRect(chosen.adjusted(-1, -1, 1, 1));
}

void HeatMap::paintNames(QPainter& painter, const QRectF& area) const {
    const double cell = area.width() / count(), line = fontMetrics().height();
    const int step = std::max(1, static_cast<int>(std::ceil(line / std::max(cell, smallestCell))));
    painter.setPen(palette().color(QPalette::WindowText));
    for (int i = 0; i < count(); i += step) {
        const QString name = names_[i].left(widestName);
        const double middle = (i + 0.5) * cell;
        painter.drawText(QRectF(0, area.top() + middle - line / 2, area.left() - line / 3, line),
                         Qt::AlignRight | Qt::AlignVCenter, name);
        painter.save();
        painter.translate(area.left() + middle, area.bottom() + line / 3);
        painter.rotate(-45);
        const double width = fontMetrics().horizontalAdvance(name);
        painter.drawText(QRectF(-width, 0, width, line), Qt::AlignRight | Qt::AlignTop, name);
        painter.restore();
    }
    painter.save();
    painter.translate(0, area.center().y());
    painter.rotate(-90);
    painter.drawText(QRectF(-area.height() / 2, 0, area.height(), line), Qt::AlignCenter, tr("Label"));
    painter.restore();
    painter.drawText(QRectF(area.left(), height() - line * 1.1, area.width(), line), Qt::AlignCenter, tr("Answer"));
}

void HeatMap::mousePressEvent(QMouseEvent* event) {
    int row = 0, column = 0;
    if (cellAt(event->position(), row, column)) setCell(row, column);
}

void HeatMap::keyPressEvent(QKeyEvent* event) {
    const int last = count() - 1;
    const auto to = [&](int row, int column) { setCell(std::clamp(row, 0, last), std::clamp(column, 0, last)); };
    if (count() == 0) return QWidget::keyPressEvent(event);
    switch (event->key()) {
        case Qt::Key_Left: return to(row_, column_ - 1);
        case Qt::Key_Right: return to(row_, column_ + 1);
        case Qt::Key_Up: return to(row_ - 1, column_);
        case Qt::Key_Down: return to(row_ + 1, column_);
        case Qt::Key_Home: return to(0, 0);
        case Qt::Key_End: return to(last, last);
        default: QWidget::keyPressEvent(event);
    }
}

void HeatMap::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void HeatMap::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

bool HeatMap::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    int row = 0, column = 0;
    if (text_ && cellAt(help->pos(), row, column))
        QToolTip::showText(help->globalPos(), text_(row, column), this);
    else
        QToolTip::hideText();
    return true;
}

}  // namespace gaplab::ui
