// What is done to the plot by hand; gap_plot_paint.cpp draws it.
#include "ui/setup/gap_plot.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QMouseEvent>

namespace gaplab::ui {
namespace {

constexpr double hitRadius = 12;  // pixels: a handle is 24 wide for the pointer
constexpr double edgeReach = 6;
constexpr double leastWay = 1;  // pixels: by less, nobody means to move a handle
constexpr int farSteps = 10;

double distance(QPointF a, QPointF b) {
    return std::hypot(a.x() - b.x(), a.y() - b.y());
}

}  // namespace

GapPlot::GapPlot(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void GapPlot::setShape(const std::optional<GapShape>& shape, const GapShape::Grid& grid) {
    if (grab_ && shape == grab_->before) return;  // something else has changed
    grab_.reset();
    if (shape != shape_) movedByKey_ = false;
    shape_ = shape;
    grid_ = grid;
    if (shape_) focused_ = std::min(focused_, shape_->handleCount() - 1);
    fitRange();
    showWords();
}

void GapPlot::setPast(const PastGaps* past) {
    past_ = past ? std::optional(*past) : std::nullopt;
    fitRange();
}

void GapPlot::focusHandle(size_t handle) {
    if (handle != focused_) movedByKey_ = false;
    focused_ = handle;
    showWords();
    Q_EMIT previewed();
}

bool GapPlot::isOnLine(QPointF position) const {
    if (!area().contains(position)) return false;
    return std::abs(toPixel(0, shape_->curve().at(epochAt(position.x()))).y() - position.y()) <= edgeReach;
}

std::optional<GapPlot::Grab> GapPlot::grabAt(QPointF position) const {
    if (!shape_) return {};
    size_t nearest = 0;
    for (size_t handle = 1; handle < shape_->pointCount(); ++handle)
        if (distance(handlePosition(handle), position) < distance(handlePosition(nearest), position)) nearest = handle;
    const double reach = distance(handlePosition(nearest), position);
    if (reach <= hitRadius) return Grab{nearest, false, position, handlePosition(nearest) - position, *shape_};
    return grabLineAt(position);
}

// Of a thin band the edges lie within reach of the line: the nearest of the three is meant.
std::optional<GapPlot::Grab> GapPlot::grabLineAt(QPointF position) const {
    if (!area().contains(position)) return {};
    const size_t band = shape_->pointCount();
    const double middle = shape_->curve().at(epochAt(position.x()));
    double reach = std::abs(handlePosition(band).x() - position.x()) <= hitRadius ? hitRadius : edgeReach;
    std::optional<Grab> grab;
    const auto consider = [&](size_t handle, int side) {
        const double way = toPixel(0, middle + side * shape_->band()).y() - position.y();
        if (std::abs(way) > reach) return;
        reach = std::abs(way);
        grab = Grab{handle, side < 0, position, QPointF(0, way), *shape_};
    };
    consider(band, 1);
    consider(band, -1);
    if (shape_->isConstant()) consider(0, 0);
    return grab;
}

void GapPlot::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    grab_ = grabAt(event->position());
    if (grab_) focusHandle(grab_->handle);
}

void GapPlot::mouseMoveEvent(QMouseEvent* event) {
    if (grab_) return drag(event->position());
    const auto under = grabAt(event->position());
    if (!under)
        unsetCursor();
    else
        setCursor(shape_->isConstant() || shape_->isBand(under->handle) ? Qt::SizeVerCursor : Qt::SizeAllCursor);
}

void GapPlot::drag(QPointF position) {
    const QPointF way = position - grab_->from, place = position + grab_->offset;
    const bool sideways = std::abs(way.x()) >= leastWay, upright = std::abs(way.y()) >= leastWay;
    GapShape shape = grab_->before;
    if (!shape.isBand(grab_->handle)) {
        const auto [epoch, value] = shape.curve().points[grab_->handle];
        shape.movePoint(grab_->handle, sideways ? epochAt(place.x()) : epoch, upright ? gapAt(place.y()) : value, grid_);
    } else if (upright) {
        const double middle = shape.curve().at(epochAt(position.x()));
        shape.setBand((gapAt(place.y()) - middle) * (grab_->lower ? -1 : 1));
    }
    if (shape == *shape_) return;
    shape_ = shape;
    showWords();
    Q_EMIT previewed();
}

void GapPlot::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || !grab_) return;
    const bool moved = !(*shape_ == grab_->before);
    grab_.reset();
    movedByKey_ = false;
    if (moved) changed(false);
}

void GapPlot::mouseDoubleClickEvent(QMouseEvent* event) {
    // On a handle it is two clicks and no wish for another point; that of a constant is its whole line.
    const auto under = grabAt(event->position());
    const bool onHandle = under && !shape_->isConstant() && !shape_->isBand(under->handle);
    if (event->button() != Qt::LeftButton || !shape_ || onHandle || !isOnLine(event->position())) return;
    addPoint(epochAt(event->position().x()));
}

void GapPlot::addPoint(double epoch) {
    const auto added = shape_->addPoint(epoch, grid_);
    if (!added) return;
    focused_ = *added;
    movedByKey_ = false;
    changed(false);
}

bool GapPlot::moveFocused(int key, bool far) {
    const int steps = far ? farSteps : 1;
    const double up = valueStep * (key == Qt::Key_Up ? steps : key == Qt::Key_Down ? -steps : 0);
    const double right = grid_.beat * (key == Qt::Key_Right ? steps : key == Qt::Key_Left ? -steps : 0);
    if (up == 0 && right == 0) return false;
    const GapShape before = *shape_;
    if (shape_->isBand(focused_)) {
        if (up != 0) shape_->setBand(shape_->band() + up);
    } else {
        const auto [epoch, value] = shape_->curve().points[focused_];
        shape_->movePoint(focused_, epoch + right, value + up, grid_);
    }
    if (!(*shape_ == before)) changed(std::exchange(movedByKey_, true));
    return true;
}

void GapPlot::keyPressEvent(QKeyEvent* event) {
    if (grab_ && event->key() == Qt::Key_Escape) {
        shape_ = grab_->before;
        grab_.reset();
        showWords();
        return Q_EMIT previewed();
    }
    if (!shape_ || grab_) return QWidget::keyPressEvent(event);
    switch (event->key()) {
        case Qt::Key_Home: return focusHandle(0);
        case Qt::Key_End: return focusHandle(shape_->handleCount() - 1);
        case Qt::Key_Delete:
            if (shape_->removePoint(focused_)) {
                focused_ = std::min(focused_, shape_->pointCount() - 1);
                movedByKey_ = false;
                changed(false);
            }
            return;
        case Qt::Key_Insert: {
            const auto& points = shape_->curve().points;
            if (shape_->isBand(focused_)) return;
            const double from = shape_->isConstant() ? 0 : points[focused_].first;
            const double to = focused_ + 1 < points.size() ? points[focused_ + 1].first : grid_.epochs;
            return addPoint((from + to) / 2);
        }
        default:
            if (!moveFocused(event->key(), event->modifiers().testFlag(Qt::ShiftModifier))) QWidget::keyPressEvent(event);
    }
}

// From handle to handle, and at the last one out: the plot is no trap for the keyboard.
bool GapPlot::focusNextPrevChild(bool next) {
    const bool more = shape_ && (next ? focused_ + 1 < shape_->handleCount() : focused_ > 0);
    if (!more) return QWidget::focusNextPrevChild(next);
    focusHandle(next ? focused_ + 1 : focused_ - 1);
    return true;
}

void GapPlot::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    if (event->reason() == Qt::TabFocusReason) focusHandle(0);
    if (event->reason() == Qt::BacktabFocusReason && shape_) focusHandle(shape_->handleCount() - 1);
    update();
}

void GapPlot::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    movedByKey_ = false;
    update();
    Q_EMIT left();
}

void GapPlot::changed(bool continues) {
    fitRange();
    showWords();
    Q_EMIT edited(continues);
}

QString GapPlot::reading() const {
    if (!shape_) return tr("The target cannot be drawn as it stands.");
    const auto points = [this](double value) { return locale().toString(value, 'f', 1); };
    if (shape_->isBand(focused_)) return tr("Band: ±%1 points").arg(points(shape_->band()));
    const auto [epoch, value] = shape_->curve().points[focused_];
    if (shape_->isConstant()) return tr("Target: %1 points at every epoch").arg(points(value));
    return tr("Point %1 of %2: epoch %3, %4 points")
        .arg(QString::number(focused_ + 1), QString::number(shape_->pointCount()), locale().toString(epoch), points(value));
}

void GapPlot::showWords() {
    QString name = tr("Gap target");
    if (shape_) {
        QStringList levels;
        for (const auto& [epoch, value] : shape_->curve().points)
            levels += tr("%1 points at epoch %2").arg(locale().toString(value, 'f', 1), locale().toString(epoch));
        const QString target = shape_->isConstant()
                                   ? tr("%1 points at every epoch").arg(locale().toString(shape_->curve().at(0), 'f', 1))
                                   : levels.join(QStringLiteral(", "));
        name = tr("Gap target: %1; band ±%2 points").arg(target, locale().toString(shape_->band(), 'f', 1));
    }
    setAccessibleName(name);
    setAccessibleDescription(reading());
    update();
}

}  // namespace gaplab::ui
