#include "ui/plot/band_grip.h"

#include <cmath>

#include "ui/plot/canvas.h"

namespace gaplab::ui {
namespace {

constexpr double reach = 6;  // pixels from a handle that still touch it

/// The line through `points`, which ascend by x, at `x`; constant outside.
double heightAt(const QVector<QPointF>& points, double x) {
    const auto next = std::ranges::lower_bound(points, x, {}, &QPointF::x);
    if (next == points.begin()) return points.front().y();
    if (next == points.end()) return points.back().y();
    const QPointF &to = *next, &from = *std::prev(next);
    return from.y() + (to.y() - from.y()) * (x - from.x()) / (to.x() - from.x());
}

}  // namespace

void BandGrip::offer(int panel, std::optional<double> from) {
    panel_ = panel;
    from_ = from;
    if (!from) cancel();
}

BandGrip::Part BandGrip::partAt(const QPoint& at, Wish& there) const {
    if (!from_) return Part::None;
    const Canvas::Panel& panel = canvas_.panel(panel_);
    if (!panel.visible || panel.target.isEmpty() || !panel.rect->rect().contains(at)) return Part::None;
    there = {panel_, heightAt(panel.target, panel.x()->pixelToCoord(at.x())), panel.halfWidth};
    const auto away = [&](double y) { return std::abs(panel.y()->coordToPixel(y) - at.y()); };
    const double middle = away(there.target), upper = away(there.target + there.halfWidth),
                 lower = away(there.target - there.halfWidth);
    if (middle <= reach && middle <= upper && middle <= lower) return Part::Middle;
    if (std::min(upper, lower) > reach) return Part::None;
    return upper < lower ? Part::Upper : Part::Lower;
}

bool BandGrip::press(const QPoint& at) {
    part_ = partAt(at, before_);
    wish_ = before_;
    if (isDragging()) draw();
    return isDragging();
}

bool BandGrip::moveTo(const QPoint& at) {
    if (!isDragging()) {
        Wish there;
        if (partAt(at, there) == Part::None)
            canvas_.unsetCursor();
        else
            canvas_.setCursor(QCursor(Qt::SizeVerCursor));
        return false;
    }
    const Canvas::Panel& panel = canvas_.panel(panel_);
    const QRect area = panel.rect->rect();
    const double grains = std::pow(10.0, panel.decimals);
    const double y = panel.y()->pixelToCoord(std::clamp(at.y(), area.top(), area.bottom()));
    const auto rounded = [grains](double value) { return std::round(value * grains) / grains; };
    if (part_ == Part::Middle)
        wish_.target = rounded(y);
    else
        wish_.halfWidth = std::max(1 / grains, rounded(part_ == Part::Upper ? y - wish_.target : wish_.target - y));
    draw();
    return true;
}

std::optional<BandGrip::Wish> BandGrip::release() {
    if (!isDragging()) return {};
    part_ = Part::None;
    if (wish_ != before_) return wish_;
    erase();
    return {};
}

bool BandGrip::cancel() {
    const bool dragging = isDragging();
    part_ = Part::None;
    erase();
    return dragging;
}

void BandGrip::bandChanged(int panel) {
    if (panel == panel_ && !isDragging()) erase();
}

void BandGrip::erase() {
    if (items_.isEmpty()) return;
    for (QCPAbstractItem* item : items_)
        canvas_.removeItem(item);
    items_.clear();
    canvas_.redrawOverlay();
}

void BandGrip::draw() {
    for (QCPAbstractItem* item : items_)
        canvas_.removeItem(item);
    items_.clear();
    const Canvas::Panel& panel = canvas_.panel(panel_);
    const QColor color = canvas_.palette().color(QPalette::Highlight);
    const double right = std::max(panel.x()->range().upper, *from_), left = std::max(panel.x()->range().lower, *from_);
    for (const double offset : {wish_.halfWidth, 0.0, -wish_.halfWidth}) {
        auto* line = new QCPItemLine(&canvas_);
        for (QCPItemPosition* end : {line->start, line->end}) {
            end->setAxes(panel.x(), panel.y());
            end->setAxisRect(panel.rect);
            end->setCoords(end == line->start ? left : right, wish_.target + offset);
        }
        line->setClipAxisRect(panel.rect);
        line->setPen(QPen(color, 2, offset == 0 ? Qt::SolidLine : Qt::DashLine));
        items_ += line;
    }
    auto* text = new QCPItemText(&canvas_);
    text->position->setAxes(panel.x(), panel.y());
    text->position->setAxisRect(panel.rect);
    text->position->setCoords((left + right) / 2, wish_.target);
    text->setPositionAlignment(Qt::AlignHCenter | Qt::AlignVCenter);
    text->setText(QStringLiteral("%1 ± %2").arg(canvas_.locale().toString(wish_.target, 'f', panel.decimals),
                                                canvas_.locale().toString(wish_.halfWidth, 'f', panel.decimals)));
    text->setColor(canvas_.palette().color(QPalette::HighlightedText));
    text->setBrush(color);
    text->setFont(canvas_.font());
    text->setPadding({5, 2, 5, 2});
    text->setClipToAxisRect(false);
    items_ += text;
    for (QCPAbstractItem* item : items_)
        item->setLayer(QStringLiteral("overlay"));
    canvas_.redrawOverlay();
}

}  // namespace gaplab::ui
