#include "ui/compare/parallel_plot.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <ranges>

#include <QAccessible>
#include <QKeyEvent>
#include <QMouseEvent>

#include "ui/models/format.h"

namespace gaplab::ui {
namespace {

constexpr double reach = 14;  // pixels beside an axis that count as on it
constexpr double keyStep = 0.05;

}  // namespace

QString ParallelAxis::text(double value) const {
    if (words.isEmpty()) return decimals < 0 ? QLocale().toString(value, 'g', 4) : numberText(value, decimals);
    const auto place = static_cast<qsizetype>(std::lround(value));
    return place >= 0 && place < words.size() ? words[place] : QString();
}

double ParallelPlot::Scale::share(double value) const {
    return logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
}

double ParallelPlot::Scale::value(double share) const {
    return logarithmic ? low * std::pow(high / low, share) : low + share * (high - low);
}

ParallelPlot::ParallelPlot(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Parallel coordinates"));
}

QSize ParallelPlot::sizeHint() const {
    return {80 * fontMetrics().averageCharWidth(), 18 * fontMetrics().height()};
}

QSize ParallelPlot::minimumSizeHint() const {
    return {40 * fontMetrics().averageCharWidth(), 9 * fontMetrics().height()};
}

void ParallelPlot::setContent(std::vector<ParallelAxis> axes, std::vector<ParallelLine> lines) {
    std::vector<std::optional<std::pair<double, double>>> brushes(axes.size());
    for (size_t i = 0; i < axes.size(); ++i) {
        const auto before = std::ranges::find(axes_, axes[i].title, &ParallelAxis::title);
        if (before != axes_.end() && before->words == axes[i].words)
            brushes[i] = brushes_[static_cast<size_t>(before - axes_.begin())];
    }
    axes_ = std::move(axes);
    lines_ = std::move(lines);
    brushes_ = std::move(brushes);
    current_ = std::min(current_, axes_.empty() ? 0 : axes_.size() - 1);
    scales_.clear();
    for (size_t i = 0; i < axes_.size(); ++i)
        scales_.push_back(scaleOf(i));
    update();
    speak();
}

ParallelPlot::Scale ParallelPlot::scaleOf(size_t axis) const {
    if (!axes_[axis].words.isEmpty()) return {-0.5, static_cast<double>(axes_[axis].words.size()) - 0.5};
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const ParallelLine& line : lines_)
        if (const auto value = line.values[axis]; value && std::isfinite(*value)) {
            low = std::min(low, *value);
            high = std::max(high, *value);
        }
    if (low > high) return {0, 1};
    if (axes_[axis].logarithmic && low > 0) {
        const double room = std::max(1.02, std::pow(high / low, 0.05));
        return {low / room, high * room, true};
    }
    const double room = high > low ? 0.05 * (high - low) : std::max(1e-9, std::abs(low) * 0.05 + 1e-9);
    return {low - room, high + room};
}

bool ParallelPlot::isChosen(size_t line) const {
    for (size_t i = 0; i < axes_.size(); ++i) {
        if (!brushes_[i]) continue;
        const auto value = lines_[line].values[i];
        if (!value || !(brushes_[i]->first <= *value && *value <= brushes_[i]->second)) return false;
    }
    return true;
}

void ParallelPlot::setBrush(size_t axis, std::optional<std::pair<double, double>> brush) {
    if (axis >= brushes_.size() || brushes_[axis] == brush) return;
    brushes_[axis] = brush;
    update();
    speak();
    Q_EMIT brushed();
}

void ParallelPlot::speak() {
    if (axes_.empty()) return setAccessibleName(tr("Parallel coordinates without axes"));
    const auto count =
        std::ranges::count_if(std::views::iota(size_t{0}, lines_.size()), [this](size_t i) { return isChosen(i); });
    QString text = tr("Parallel coordinates, %n line(s) of %1 chosen. Axis %2", "", static_cast<int>(count))
                       .arg(lines_.size())
                       .arg(axes_[current_].title);
    if (const auto brush = brushes_[current_])
        text = tr("%1, from %2 to %3").arg(text, axes_[current_].text(brush->first), axes_[current_].text(brush->second));
    setAccessibleName(text);
}

QRectF ParallelPlot::area() const {
    const double line = fontMetrics().height(), side = 8 * fontMetrics().averageCharWidth();
    return QRectF(rect()).adjusted(side, 3.2 * line, -side, -line);
}

double ParallelPlot::xOf(size_t axis) const {
    const QRectF room = area();
    if (axes_.size() < 2) return room.center().x();
    return room.left() + room.width() * static_cast<double>(axis) / static_cast<double>(axes_.size() - 1);
}

double ParallelPlot::yOf(size_t axis, double value) const {
    const QRectF room = area();
    return room.bottom() - room.height() * scales_[axis].share(value);
}

double ParallelPlot::valueAt(size_t axis, double y) const {
    const QRectF room = area();
    return scales_[axis].value(std::clamp((room.bottom() - y) / room.height(), 0.0, 1.0));
}

std::optional<size_t> ParallelPlot::axisAt(double x) const {
    for (size_t i = 0; i < axes_.size(); ++i)
        if (std::abs(x - xOf(i)) <= reach) return i;
    return std::nullopt;
}

void ParallelPlot::mousePressEvent(QMouseEvent* event) {
    const auto axis = axisAt(event->position().x());
    if (event->button() != Qt::LeftButton || !axis) return QWidget::mousePressEvent(event);
    current_ = *axis;
    drag_ = {*axis, valueAt(*axis, event->position().y())};
    update();
    speak();
}

void ParallelPlot::mouseMoveEvent(QMouseEvent* event) {
    setCursor(axisAt(event->position().x()) ? Qt::SizeVerCursor : Qt::ArrowCursor);
    if (!drag_) return;
    const auto [low, high] = std::minmax({drag_->second, valueAt(drag_->first, event->position().y())});
    setBrush(drag_->first, std::pair(low, high));
}

void ParallelPlot::mouseReleaseEvent(QMouseEvent*) {
    drag_.reset();
}

void ParallelPlot::mouseDoubleClickEvent(QMouseEvent* event) {
    if (const auto axis = axisAt(event->position().x())) setBrush(*axis, std::nullopt);
}

void ParallelPlot::keyPressEvent(QKeyEvent* event) {
    if (axes_.empty()) return QWidget::keyPressEvent(event);
    const Scale& scale = scales_[current_];
    switch (event->key()) {
        case Qt::Key_Left: current_ -= current_ > 0; break;
        case Qt::Key_Right: current_ += current_ + 1 < axes_.size(); break;
        case Qt::Key_Space: setBrush(current_, std::pair(scale.value(0.5), scale.value(1))); break;
        case Qt::Key_Up: moveBrush(keyStep, event->modifiers() & Qt::ShiftModifier); break;
        case Qt::Key_Down: moveBrush(-keyStep, event->modifiers() & Qt::ShiftModifier); break;
        case Qt::Key_Delete:
        case Qt::Key_Backspace: setBrush(current_, std::nullopt); break;
        default: return QWidget::keyPressEvent(event);
    }
    update();
    speak();
}

void ParallelPlot::moveBrush(double shift, bool lowerEndOnly) {
    const auto brush = brushes_[current_];
    if (!brush) return;
    const Scale& scale = scales_[current_];
    double low = scale.share(brush->first), high = scale.share(brush->second);
    low = std::clamp(low + shift, 0.0, lowerEndOnly ? high : 1.0);
    if (!lowerEndOnly) high = std::clamp(high + shift, 0.0, 1.0);
    setBrush(current_, std::pair(scale.value(low), scale.value(high)));
}

void ParallelPlot::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void ParallelPlot::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

}  // namespace gaplab::ui
