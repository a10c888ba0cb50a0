#include <cmath>

#include "ui/plot/canvas.h"

namespace gaplab::ui {
namespace {

const QString overlay = QStringLiteral("overlay");  // drawn apart from the curves: moving a line there costs nothing

void removeAll(QCustomPlot& plot, QList<QCPAbstractItem*>& items) {
    for (QCPAbstractItem* item : items)
        plot.removeItem(item);
    items.clear();
}

}  // namespace

void Canvas::drawCursor(Cursor& cursor, const QString& text, Qt::PenStyle dash) {
    removeAll(*this, cursor.items);
    if (cursor.x) {
        const QPen pen(ground().color(QPalette::WindowText), 1, dash);
        const Panel* top = nullptr;
        for (const Panel& panel : panels_) {
            if (!panel.visible) continue;
            if (!top) top = &panel;
            auto* line = new QCPItemLine(this);
            placeIn(panel, line->start, *cursor.x, 0);
            placeIn(panel, line->end, *cursor.x, 1);
            line->setClipAxisRect(panel.rect);
            line->setPen(pen);
            cursor.items += line;
        }
        if (top && !text.isEmpty()) {
            auto* letter = new QCPItemText(this);
            placeIn(*top, letter->position, *cursor.x, 0);
            letter->setClipAxisRect(top->rect);
            letter->setText(text);
            letter->setColor(pen.color());
            letter->setBrush(ground().brush(paper_ ? QPalette::Base : QPalette::Window));
            letter->setFont(font());
            letter->setPadding({3, 0, 3, 0});
            letter->setPositionAlignment(Qt::AlignHCenter | Qt::AlignTop);
            cursor.items += letter;
        }
        for (QCPAbstractItem* item : cursor.items)
            item->setLayer(overlay);
    }
    redrawOverlay();
}

void Canvas::redrawOverlay() {
    if (!size().isEmpty()) layer(overlay)->replot();
}

void Canvas::setMark(Mark mark, std::optional<double> x) {
    Cursor& cursor = cursors_[mark];
    cursor.x = x;
    static const QString letters[] = {QStringLiteral("A"), QStringLiteral("B"), {}};
    drawCursor(cursor, letters[mark], mark == Pointer ? Qt::DotLine : Qt::DashLine);
}

void Canvas::restyleCursors() {
    for (const Mark mark : {A, B, Pointer})
        setMark(mark, cursors_[mark].x);
}

double Canvas::pointerOrMiddle() const {
    if (cursors_[Pointer].x) return *cursors_[Pointer].x;
    return panels_.empty() ? 0 : panels_.front().x()->range().center();
}

std::vector<Canvas::Reading> Canvas::readings() const {
    std::vector<Reading> all;
    for (const auto& series : series_) {
        const Panel& place = panels_[static_cast<size_t>(series->panel)];
        const CurveData& points = series->curve->data();
        if (!place.visible || points.empty() || !series->style.inLegend || !series->style.isRead) continue;
        Reading reading{series->style.name, place.decimals, {}};
        for (const Mark mark : {A, B})
            if (cursors_[mark].x) reading.values[mark] = points.nearest(*cursors_[mark].x).y();
        all.push_back(reading);
    }
    return all;
}

void Canvas::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || !grip_.press(event->pos())) return QCustomPlot::mousePressEvent(event);
    setMark(Pointer, {});
    event->accept();
}

void Canvas::mouseMoveEvent(QMouseEvent* event) {
    if (!grip_.moveTo(event->pos())) QCustomPlot::mouseMoveEvent(event);
}

void Canvas::mouseReleaseEvent(QMouseEvent* event) {
    if (!grip_.isDragging()) return QCustomPlot::mouseReleaseEvent(event);
    if (const auto wish = grip_.release()) Q_EMIT bandDragged(wish->panel, wish->target, wish->halfWidth);
}

void Canvas::leaveEvent(QEvent* event) {
    QCustomPlot::leaveEvent(event);
    setMark(Pointer, {});
}

}  // namespace gaplab::ui
