#pragma once

#include <optional>
#include <utility>
#include <vector>

#include <QStringList>
#include <QWidget>

#include "ui/plot/plot_style.h"

namespace gaplab::ui {

/// An upright axis of a ParallelPlot: of numbers, or of words, of which the first lies at 0, the second at 1, ...
struct ParallelAxis {
    QString title;
    QStringList words = {};    ///< empty: numbers
    int decimals = 1;          ///< below 0: as many as the number has, up to four digits in all
    bool logarithmic = false;  ///< only where all its numbers are above 0
    QString text(double value) const;
};

/// A line from axis to axis.
struct ParallelLine {
    QString name;
    Ink ink;
    Qt::PenStyle dash = Qt::SolidLine;
    std::vector<std::optional<double>> values = {};  ///< one an axis; nothing: the line has a gap there
};

/// Parallel coordinates (A. Inselberg, 1985). A part of an axis is brushed with the mouse, or with the keys: left and right
/// choose an axis, space brushes its upper half, up and down move what is brushed, with Shift its lower end, Delete takes it
/// away. Lines that leave a brushed part are faint.
class ParallelPlot : public QWidget {
    Q_OBJECT
public:
    explicit ParallelPlot(QWidget* parent = nullptr);

    /// Brushes stay on axes that are called as before.
    void setContent(std::vector<ParallelAxis> axes, std::vector<ParallelLine> lines);
    const std::vector<ParallelAxis>& axes() const { return axes_; }
    const std::vector<ParallelLine>& lines() const { return lines_; }
    /// Whether a line goes through all that is brushed.
    bool isChosen(size_t line) const;
    /// Between two values; nothing: the whole axis.
    void setBrush(size_t axis, std::optional<std::pair<double, double>> brush);
    std::optional<std::pair<double, double>> brush(size_t axis) const { return brushes_[axis]; }
    /// Where an axis lies, in pixels.
    double xOf(size_t axis) const;
    /// Where a value lies on it.
    double yOf(size_t axis, double value) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void brushed();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    struct Scale {
        double low = 0, high = 1;
        bool logarithmic = false;
        double share(double value) const;
        double value(double share) const;
    };

    QRectF area() const;
    Scale scaleOf(size_t axis) const;
    double valueAt(size_t axis, double y) const;
    std::optional<size_t> axisAt(double x) const;
    void moveBrush(double shift, bool lowerEndOnly);
    void paintLines(QPainter& painter, bool chosen) const;
    void paintAxis(QPainter& painter, size_t axis) const;
    std::vector<double> ticksOf(size_t axis) const;
    void speak();

    std::vector<ParallelAxis> axes_;
    std::vector<Scale> scales_;
    std::vector<ParallelLine> lines_;
    std::vector<std::optional<std::pair<double, double>>> brushes_;
    size_t current_ = 0;                             ///< axis that the keys work on
    std::optional<std::pair<size_t, double>> drag_;  ///< axis and value where the mouse was pressed
};

}  // namespace gaplab::ui
