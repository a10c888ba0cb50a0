#pragma once

#include <vector>

#include <QImage>

#include "ui/plot/curve_line.h"
#include "ui/plot/custom_plot.h"

namespace gaplab::ui {

/// A transparent picture into which dense curves write their columns of pixels, and which goes onto the plot in one piece: it
/// saves a call of the painter a column and curve. It lies on a layer of its own, directly above the curves'.
class CurveSheet : public QCPLayerable {
    Q_OBJECT
public:
    CurveSheet(QCustomPlot* plot, const QString& layer);

    /// Pixels of the sheet a pixel of the plot.
    double scale() const { return parentPlot()->bufferDevicePixelRatio(); }
    /// Only lines that a column after the other gives the same picture as one stroke, and only pixels that are the plot's own.
    bool takes(const QCPPainter& painter, const QPen& pen) const;
    /// As columnEdges; the curves of one axis rect ask for the same ones.
    const std::vector<double>& edges(const AxisScale& x, int count);
    /// What is written next; kept from curve to curve, since new memory costs more than what it holds.
    std::vector<ColumnSpan>& spans() { return spans_; }
    /// Writes the spans. Column 0 of them is the first one of `area`, and nothing outside it is touched; all in pixels of the
    /// sheet.
    void write(const QRect& area, const QPen& pen);
    /// Puts what was written onto the plot.
    void flush(QCPPainter* painter);

protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override { painter->setAntialiasing(false); }
    void draw(QCPPainter* painter) override { flush(painter); }

private:
    struct Run {
        int column, top, bottom;  ///< of the sheet, both ends included
    };
    /// What one curve wrote.
    struct Stroke {
        QRgb color = 0;
        int before = 0, behind = 0;  ///< columns that the pen reaches over the run's own
        int left = 0, right = 0;     ///< columns it may touch
        std::vector<Run> runs;
    };

    void drawTile(QCPPainter* painter, int left, int right);
    void paint(const Stroke& stroke, int left, int right);

    std::vector<Stroke> strokes_;
    std::vector<QRgb> tile_;  ///< some columns, one behind the other, of the rows that are written
    QImage image_;            ///< the same upright
    std::vector<ColumnSpan> spans_;
    std::vector<double> edges_;
    AxisScale edgesOf_;
    QRect written_;
};

}  // namespace gaplab::ui
