#pragma once

#include <optional>

#include <QList>
#include <QPoint>

class QCPAbstractItem;

namespace gaplab::ui {

class Canvas;

/// The target line of a panel and the edges of its band as handles: a person drags them up and down, and sees where the band
/// would lie from some x on. What becomes of the wish is the plot's owner's business; it is drawn until there is another band.
class BandGrip {
public:
    explicit BandGrip(Canvas& canvas) : canvas_(canvas) {}

    struct Wish {
        int panel = 0;
        double target = 0, halfWidth = 0;
        bool operator==(const Wish&) const = default;
    };
    /// From where on the band of a panel can be changed; nothing: not at all.
    void offer(int panel, std::optional<double> from);
    /// Whether it was a handle that was pressed.
    bool press(const QPoint& at);
    /// Whether something is being dragged. Over a handle the pointer changes its shape.
    bool moveTo(const QPoint& at);
    /// What was wished for, if that is not what there is.
    std::optional<Wish> release();
    /// Whether something was being dragged.
    bool cancel();
    /// There is another band, or none: a wish is fulfilled or void.
    void bandChanged(int panel);
    bool isDragging() const { return part_ != Part::None; }

private:
    enum class Part { None, Upper, Middle, Lower };
    Part partAt(const QPoint& at, Wish& there) const;
    void draw();
    void erase();

    Canvas& canvas_;
    int panel_ = -1;
    std::optional<double> from_;
    Part part_ = Part::None;
    Wish before_, wish_;
    QList<QCPAbstractItem*> items_;
};

}  // namespace gaplab::ui
