#pragma once

#include "ui/plot/curve_data.h"
#include "ui/plot/curve_line.h"
#include "ui/plot/curve_sheet.h"

namespace gaplab::ui {

/// A line through points of which there may be very many. In every column of pixels it reaches from the smallest to the largest
/// value there; what is not a finite number interrupts it. Up to one point a column it is drawn as QCPGraph draws it.
/// The key axis is a horizontal one.
class PlotCurve : public QCPAbstractPlottable {
    Q_OBJECT
public:
    PlotCurve(QCPAxis* x, QCPAxis* y, CurveSheet* sheet) : QCPAbstractPlottable(x, y), sheet_(sheet) {}

    CurveData& data() { return data_; }
    const CurveData& data() const { return data_; }
    void setScatterStyle(const QCPScatterStyle& style) { scatter_ = style; }
    /// The area between this curve and another one of the same axes is filled with the brush.
    void fillTo(PlotCurve* other) { other_ = other; }
    bool isFilled() const { return !other_.isNull(); }

    double selectTest(const QPointF& position, bool onlySelectable, QVariant* details = nullptr) const override;
    QCPRange getKeyRange(bool& found, QCP::SignDomain domain = QCP::sdBoth) const override;
    QCPRange getValueRange(bool& found, QCP::SignDomain domain = QCP::sdBoth, const QCPRange& keys = {}) const override;

protected:
    void draw(QCPPainter* painter) override;
    void drawLegendIcon(QCPPainter* painter, const QRectF& rect) const override;

private:
    /// The points [begin, end) between two x, and one more at each side.
    std::pair<size_t, size_t> around(double from, double to) const;
    /// `detail`: columns a pixel of the plot, where points are many.
    QVector<QPolygonF> pieces(int detail) const;
    void drawColumns(QCPPainter* painter);
    void drawPieces(QCPPainter* painter);

    CurveData data_;
    CurveSheet* sheet_;
    QCPScatterStyle scatter_;
    QPointer<PlotCurve> other_;
};

}  // namespace gaplab::ui
