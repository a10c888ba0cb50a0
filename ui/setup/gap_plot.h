#pragma once

#include <optional>

#include <QWidget>

#include "ui/setup/gap_shape.h"
#include "ui/setup/past_gaps.h"

namespace gaplab::ui {

/// The wanted gap over the epochs, to be changed by hand: points and band have handles that are dragged, or moved by arrow keys
/// (Tab: next handle, Insert: a point behind this one, Delete: away with it). A double click on the line adds a point. What is
/// dragged is only previewed; the change itself is told once, when the handle is let go.
class GapPlot : public QWidget {
    Q_OBJECT
public:
    explicit GapPlot(QWidget* parent = nullptr);

    /// Nothing: what is in the document cannot be drawn.
    void setShape(const std::optional<GapShape>& shape, const GapShape::Grid& grid);
    /// Earlier runs, drawn behind; null: none known.
    void setPast(const PastGaps* past);

    const std::optional<GapShape>& shape() const { return shape_; }
    size_t focusedHandle() const { return focused_; }
    /// Where a handle is; the band's on its upper edge.
    QPointF handlePosition(size_t handle) const;
    QPointF toPixel(double epoch, double gap) const;
    /// The focused handle in words: "Point 2 of 3: epoch 10, 2.5 points".
    QString reading() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    /// While a handle is dragged, and when another one gets the focus.
    void previewed();
    /// `continues`: the same handle is moved on, key press by key press.
    void edited(bool continues);
    /// The keyboard goes elsewhere.
    void left();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool focusNextPrevChild(bool next) override;

private:
    struct Range {
        double low = 0, high = 1, step = 1;
    };
    struct Grab {
        size_t handle = 0;
        bool lower = false;  ///< the band's lower edge
        QPointF from;        ///< where the pointer took hold
        QPointF offset;      ///< from there to the handle
        GapShape before;
    };

    QRectF area() const;
    double epochAt(double pixel) const;
    double gapAt(double pixel) const;
    bool isOnLine(QPointF position) const;
    std::optional<Grab> grabAt(QPointF position) const;
    std::optional<Grab> grabLineAt(QPointF position) const;
    void fitRange();
    void focusHandle(size_t handle);
    void drag(QPointF position);
    void addPoint(double epoch);
    bool moveFocused(int key, bool far);
    void changed(bool continues);
    void showWords();

    void paintAxes(QPainter& painter) const;
    void paintPast(QPainter& painter) const;
    void paintTarget(QPainter& painter) const;
    void paintHandles(QPainter& painter) const;
    QVector<QPointF> line(double offset) const;

    std::optional<GapShape> shape_;
    GapShape::Grid grid_;
    std::optional<PastGaps> past_;
    size_t focused_ = 0;
    std::optional<Grab> grab_;
    bool movedByKey_ = false;
    Range x_, y_;
};

}  // namespace gaplab::ui
